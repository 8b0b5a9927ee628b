//! A filing with all its documents in one file, as the SEC keeps it: the exhibit that holds a call.
//!
//! In: a text with `<DOCUMENT>`, `<TYPE>` and `<TEXT>`. Out: the exhibit, as a page or as plain text. This file knows no
//! line shapes.

/// An exhibit of a filing.
#[derive(Debug)]
pub(super) struct Exhibit<'a> {
    /// Its type, `EX-99.2`.
    kind: &'a str,
    /// Who filed it.
    company: Option<&'a str>,
    /// What it holds.
    pub(super) page: &'a str,
}

/// Whether a text is such a filing.
pub(super) fn recognises(head: &str) -> bool {
    let at = head.find("<SEC-DOCUMENT>").or_else(|| {
        let at = head.find("<DOCUMENT>")?;
        head.get(at..)?.contains("<TYPE>").then_some(at)
    });
    at.is_some()
}

/// The exhibit that holds a call: the one that an operator speaks in, else the first of number 99.
pub(super) fn exhibit(text: &str) -> Option<Exhibit<'_>> {
    let mut first = None;
    for document in text.split("<DOCUMENT>").skip(1) {
        let kind = field(document, "<TYPE>").unwrap_or_default();
        if !kind.starts_with("EX-99") {
            continue;
        }
        // A filing may be cut before an exhibit's text; those before it are whole.
        let Some((_, page)) = document.split_once("<TEXT>") else {
            continue;
        };
        let page = page.split_once("</TEXT>").map_or(page, |(page, _)| page);
        let found = Exhibit {
            kind,
            company: field(text, "COMPANY CONFORMED NAME:"),
            page,
        };
        if page.contains("Operator") || page.contains("OPERATOR") {
            return Some(found);
        }
        first = first.or(Some(found));
    }
    first
}

/// The rest of the line after a key.
fn field<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let rest = text.split_once(key)?.1;
    rest.lines().next().map(str::trim)
}

impl Exhibit<'_> {
    /// What the filing says of the exhibit, as lines before it.
    pub(super) fn front(&self) -> String {
        let company = self.company.map(|name| format!("Company: {name}\n"));
        format!("{}\n{}", self.kind, company.unwrap_or_default())
    }

    /// The exhibit's lines, where it is no page.
    pub(super) fn as_plain(&self) -> Option<String> {
        let head = self
            .page
            .get(..self.page.floor_char_boundary(64 << 10))?
            .to_ascii_lowercase();
        let tags = ["<p>", "<p ", "<div", "<html", "<br", "<table"];
        if tags.iter().any(|tag| head.contains(tag)) {
            return None;
        }
        let lines = self.page.lines();
        let lines = lines.filter(|line| !matches!(line.trim(), "<PAGE>" | "<C>" | "<S>"));
        let body: Vec<&str> = lines.collect();
        Some(self.front() + &super::markup::plain_text(&body.join("\n")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILING: &str = "<SEC-DOCUMENT>1\nCOMPANY CONFORMED NAME:\t\tNIMBUS ANVIL INC\n<DOCUMENT>\n<TYPE>8-K\n<TEXT>\nOperator\n</TEXT>\n\
        <DOCUMENT>\n<TYPE>EX-99.1\n<TEXT>\nA release.\n</TEXT>\n<DOCUMENT>\n<TYPE>EX-99.2\n<TEXT>\n<PAGE>\nOperator: Iron &amp; coal.\n</TEXT>\n";

    #[test]
    fn the_exhibit_with_an_operator_is_the_call() {
        let found = exhibit(FILING).unwrap();
        assert_eq!(
            found.as_plain().unwrap().trim(),
            "EX-99.2\nCompany: NIMBUS ANVIL INC\n\nOperator: Iron & coal."
        );
        assert!(recognises(FILING));
        assert!(!recognises("Operator: We sent the <DOCUMENT> out."));
    }

    #[test]
    fn a_filing_cut_anywhere_is_still_read() {
        for end in 0..FILING.len() {
            exhibit(FILING.get(..end).unwrap());
        }
    }

    #[test]
    fn a_filing_cut_before_an_exhibits_text_keeps_those_before_it() {
        let end = FILING.find("<TYPE>EX-99.2").unwrap();
        for kept in [0, 10, 13] {
            let cut = FILING.get(..end + kept).unwrap();
            let found = exhibit(cut).unwrap();
            assert!(found.as_plain().unwrap().contains("A release."), "{cut}");
        }
    }
}
