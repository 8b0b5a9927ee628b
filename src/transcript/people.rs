//! Who a label names: the person, the title, the firm, and what that person does on the call.
//!
//! In: a label or a name with its title, as a layout found them. Out: a [`Participant`]. The words
//! are the source's own; only their boundaries are found here. This file knows nothing of lines or
//! turns.

use super::names::{has_honorific, is_name, is_numbered, is_operator, is_unknown};
use super::words::{Words, any_word};
use super::{Kind, Participant};

/// Marks that part a name from a title, or a firm from a title, in the order they are tried.
const SEPARATORS: [&str; 5] = [" -- ", " – ", " — ", " - ", " | "];

/// Words of the titles of those who speak for a company.
#[rustfmt::skip]
static EXECUTIVE_WORDS: Words<59> = Words::of([
    "chief", "officer", "president", "chairman", "chairwoman", "chairperson", "chair", "director",
    "treasurer", "founder", "cofounder", "head", "secretary", "controller", "counsel", "manager",
    "vice", "executive", "ceo", "cfo", "coo", "cto", "cio", "cmo", "cro", "cao", "evp", "svp",
    "avp", "vp", "md", "ir", "relations", "leader", "partner", "principal", "gm",
    "vorstand", "vorstandsvorsitzende", "vorstandsvorsitzender", "finanzvorstand", "vorstandsmitglied", "geschäftsführer",
    "geschäftsführerin", "vorstandssprecher", "directora", "consejera", "consejero", "presidente", "vicepresidente", "diretor",
    "diretora", "directeur", "directrice", "président", "présidente", "direttore", "direttrice", "amministratore",
]);

/// Words of other titles.
#[rustfmt::skip]
static OTHER_WORDS: Words<16> = Words::of([
    "analyst", "analysts", "analystin", "analista", "analyste", "associate", "minister", "professor", "host", "moderator", "operator",
    "member", "editor", "commissioner", "spokesperson", "representative",
]);

/// What Chinese titles hold: there are no spaces that would part words.
const EXECUTIVE_HAN: [&str; 7] = [
    "首席",
    "总裁",
    "董事",
    "财务官",
    "投资者关系",
    "经理",
    "创始人",
];
const ANALYST_HAN: &str = "分析师";

/// What ends the names of firms.
#[rustfmt::skip]
const LEGAL_FORMS: [&str; 21] = [
    "Inc", "Incorporated", "Corp", "Corporation", "Co", "Company", "Ltd", "Limited", "LLC", "LLP", "LP", "L.P", "plc", "PLC",
    "AG", "SE", "S.A", "N.V", "GmbH", "KGaA", "ASA",
];

fn has_han(text: &str, words: &[&str]) -> bool {
    !text.is_ascii() && words.iter().any(|word| text.contains(word))
}

/// Whether a text ends as the name of a firm does: `Nimbus Anvil, Inc.`
pub(super) fn has_legal_form(text: &str) -> bool {
    let last = text
        .trim_end()
        .rsplit_once(' ')
        .map(|(_, last)| last.trim_matches(['.', ',']));
    last.is_some_and(|last| LEGAL_FORMS.contains(&last))
}

/// Whether a word is what ends the name of a firm, in any case: the front of a filing may be in capitals.
pub(super) fn is_legal_form(word: &str) -> bool {
    let word = word.trim_end_matches('.');
    LEGAL_FORMS
        .iter()
        .any(|form| form.eq_ignore_ascii_case(word))
}

/// Whether a text holds a word of a title.
pub(super) fn is_title(text: &str) -> bool {
    any_word(text, |word| {
        EXECUTIVE_WORDS.has_bytes(word) || OTHER_WORDS.has_bytes(word)
    })
}

/// Somebody of whom only the name is known; what the name itself says counts.
pub(super) fn named(name: &str) -> Participant {
    with_title(name, None, None)
}

/// A person with a title and a firm. Empty ones are none.
pub(super) fn with_title(name: &str, role: Option<&str>, affiliation: Option<&str>) -> Participant {
    let given = |text: Option<&str>| {
        text.map(str::trim)
            .filter(|t| !t.is_empty())
            .map(str::to_owned)
    };
    let (role, affiliation) = (given(role), given(affiliation));
    let name = name.trim();
    Participant {
        kind: kind(name, role.as_deref()),
        name: name.to_owned(),
        role,
        affiliation,
    }
}

/// Splits at the last ` - `, as a firm may hold one of its own, or at the one before it, where the title holds it.
pub(super) fn firm_and_title(line: &str) -> Option<(&str, &str)> {
    let (firm, title) = line.rsplit_once(" - ")?;
    let longer = firm
        .rsplit_once(" - ")
        .filter(|(_, more)| !is_title(title) && is_title(more))
        .and_then(|(firm, _)| Some((firm, line.get(firm.len() + " - ".len()..)?)));
    let (firm, title) = longer.unwrap_or((firm, title));
    Some((firm.trim(), title.trim()))
}

/// In which order a line with semicolons names a person's title and firm.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// `Bo Crane;Vale Bank;Analyst`.
    FirmFirst,
    /// `Ada Quill; Chief Executive Officer; Nimbus Anvil`, or the other way round where only the last is a title.
    AsTold,
}

/// Somebody whose title and firm follow between semicolons; a title alone where there is one.
pub(super) fn by_semicolons(line: &str, order: Order) -> Option<Participant> {
    let (name, rest, parts) = match order {
        Order::FirmFirst => {
            let (name, rest) = line.split_once(';')?;
            (name, rest, rest.rsplit_once(';'))
        }
        Order::AsTold => {
            let (name, rest) = line.split_once("; ")?;
            (name, rest, rest.split_once("; "))
        }
    };
    Some(match parts {
        Some((firm, title)) if order == Order::FirmFirst || is_title(title) && !is_title(firm) => {
            with_title(name, Some(title), Some(firm))
        }
        Some((title, firm)) => with_title(name, Some(title), Some(firm)),
        None => with_title(name, Some(rest), None),
    })
}

/// By what a turn's kind was told; empty where it was not.
pub fn kind_reason(turn: &super::Turn) -> &'static str {
    let name = turn.speaker.as_deref().unwrap_or_default();
    match turn.kind {
        Kind::Other => "",
        told if kind(name, None) == told => "name",
        told if kind(name, turn.role.as_deref()) == told => "title",
        _ if turn.role.is_some() || turn.affiliation.is_some() => "roster",
        _ => "roster or course of the call",
    }
}

/// What somebody does on a call, by name and title.
///
/// The rule: an operator is called one; an analyst's title says so, and an unknown speaker's name
/// may; any other title of a company's officer or staff is an executive's. All others are
/// [`Kind::Other`].
fn kind(name: &str, role: Option<&str>) -> Kind {
    static HOUSE: Words<2> = Words::of(["executive", "company"]);
    static ASKS: Words<1> = Words::of(["analyst"]);
    let role = role.unwrap_or_default();
    if is_operator(name) || is_operator(role) {
        Kind::Operator
    } else if is_analyst(role)
        || has_han(role, &[ANALYST_HAN])
        || is_unknown(name) && ASKS.any_in(name)
    {
        Kind::Analyst
    } else if EXECUTIVE_WORDS.any_in(role)
        || has_han(role, &EXECUTIVE_HAN)
        || is_unknown(name) && HOUSE.any_in(name)
    {
        Kind::Executive
    } else {
        Kind::Other
    }
}

/// Whether a title is an analyst's who asks, not that of an analyst in the company's own staff.
fn is_analyst(role: &str) -> bool {
    static ANALYSTS: Words<5> =
        Words::of(["analyst", "analysts", "analystin", "analista", "analyste"]);
    static STAFF: Words<2> = Words::of(["relations", "ir"]);
    ANALYSTS.any_in(role) && !STAFF.any_in(role)
}

/// Reads `Name, Title`, `Name -- Firm -- Analyst`, `Name (Firm)`, `Name，Title` and the like.
pub(super) fn from_label(label: &str) -> Participant {
    let label = label.trim().trim_matches('*').trim();
    if let Some((name, inner)) = in_parentheses(label) {
        if has_honorific(inner) {
            return in_the_chair(name, inner);
        }
        let (role, firm) = if is_pronouns(inner) {
            (None, None)
        } else if is_title(inner) {
            (Some(inner), None)
        } else {
            (None, Some(inner))
        };
        return with_title(name, role, firm);
    }
    match split_name(label) {
        Some((name, rest)) => {
            let (role, firm) = split_title(rest);
            with_title(name, role, firm)
        }
        None => named(label),
    }
}

/// `she/her`, as people write beside their names in meetings.
fn is_pronouns(inner: &str) -> bool {
    inner.contains('/') && inner.chars().all(|c| c.is_ascii_lowercase() || c == '/')
}

/// The name and what stands in parentheses at the end.
fn in_parentheses(label: &str) -> Option<(&str, &str)> {
    let parts = label
        .strip_suffix(')')
        .and_then(|label| label.split_once(" ("));
    // `张伟（中金公司）`
    let wide = || label.strip_suffix('）')?.split_once('（');
    parts
        .or_else(wide)
        .filter(|(name, _)| is_name(name) || is_numbered(name))
}

/// `The Chair (Hon. Ada Quill)`, who may add a seat: `The Chair (Hon. Ada Quill (Anvil North))`.
/// The name in parentheses is what tells one chair from the next, so it stays.
fn in_the_chair(chair: &str, person: &str) -> Participant {
    let (person, seat) = match person
        .strip_suffix(')')
        .and_then(|person| person.split_once(" ("))
    {
        Some((person, seat)) => (person, Some(seat)),
        None => (person, None),
    };
    with_title(&format!("{chair} ({person})"), None, seat)
}

/// The name before the first separator, and what follows.
fn split_name(label: &str) -> Option<(&str, &str)> {
    let by_mark = SEPARATORS.iter().find_map(|mark| label.split_once(mark));
    let (name, rest) = by_mark.or_else(|| split_at_comma(label))?;
    Some((name.trim(), rest.trim()))
}

/// Splits at the first comma that does not stand before `Jr.` or the like.
fn split_at_comma(label: &str) -> Option<(&str, &str)> {
    let commas = label.char_indices().filter(|&(_, c)| is_comma(c));
    let mut parts =
        commas.filter_map(|(at, c)| label.get(..at).zip(label.get(at + c.len_utf8()..)));
    parts.find(|(_, rest)| {
        let next = rest.split(is_comma).next().unwrap_or_default().trim();
        !["Jr.", "Jr", "Sr.", "Sr", "II", "III"].contains(&next)
    })
}

fn is_comma(c: char) -> bool {
    matches!(c, ',' | '，')
}

/// The title and the firm in what follows a name.
pub(super) fn split_title(rest: &str) -> (Option<&str>, Option<&str>) {
    // The firm may hold a mark of its own, so the last one parts it from the title.
    let by_mark = SEPARATORS.iter().find_map(|mark| rest.rsplit_once(mark));
    if let Some((left, right)) = by_mark {
        return if is_title(right) || !is_title(left) {
            (Some(right), Some(left))
        } else {
            (Some(left), Some(right))
        };
    }
    // Titles hold commas, `CFO and EVP, Finance`; only an analyst's firm surely follows one, and one with a legal form.
    if let Some((title, firm)) = before_firm(rest) {
        return (Some(title), Some(firm));
    }
    match rest.split_once(", ") {
        Some((title, firm)) if is_analyst(title) => (Some(title), Some(firm)),
        Some((firm, title)) if is_analyst(title) && !is_title(firm) => (Some(title), Some(firm)),
        _ if is_title(rest) || !rest.is_ascii() => (Some(rest), None),
        _ => (None, Some(rest)),
    }
}

/// A title, and the firm after it whose legal form says that it is one: `CEO, Nimbus Anvil, Inc.`
fn before_firm(rest: &str) -> Option<(&str, &str)> {
    let is_form = |word: &str| LEGAL_FORMS.contains(&word.trim_matches(['.', ',']));
    let (before, last) = rest.rsplit_once(", ")?;
    let (title, firm) = if is_form(last) {
        let (title, _) = before.rsplit_once(", ")?;
        (title, rest.get(title.len() + 2..)?)
    } else {
        (before, last)
    };
    let has_form = firm.rsplit(' ').next().is_some_and(is_form);
    (has_form && is_title(title) && !is_title(firm)).then_some((title, firm))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(label: &str, expected: (&str, Option<&str>, Option<&str>, Kind)) {
        let person = from_label(label);
        let found = (
            person.name.as_str(),
            person.role.as_deref(),
            person.affiliation.as_deref(),
            person.kind,
        );
        assert_eq!(found, expected, "{label}");
    }

    #[test]
    fn a_title_is_parted_from_the_name_at_any_separator() {
        use Kind::{Analyst, Executive, Operator, Other};
        check(
            "Ada Quill, CFO and EVP, Finance",
            ("Ada Quill", Some("CFO and EVP, Finance"), None, Executive),
        );
        check(
            "Ada Quill -- Chief Executive Officer",
            (
                "Ada Quill",
                Some("Chief Executive Officer"),
                None,
                Executive,
            ),
        );
        check(
            "Bo Crane -- Anvil Bank -- Analyst",
            ("Bo Crane", Some("Analyst"), Some("Anvil Bank"), Analyst),
        );
        check(
            "Bo Crane - Anvil Bank - Analyst",
            ("Bo Crane", Some("Analyst"), Some("Anvil Bank"), Analyst),
        );
        check(
            "Bo Crane, Analyst, Anvil Bank",
            ("Bo Crane", Some("Analyst"), Some("Anvil Bank"), Analyst),
        );
        check(
            "Bo Crane, Anvil Bank",
            ("Bo Crane", None, Some("Anvil Bank"), Other),
        );
        check(
            "Bo Crane (Anvil Bank)",
            ("Bo Crane", None, Some("Anvil Bank"), Other),
        );
        check(
            "Bo Crane, Analyst",
            ("Bo Crane", Some("Analyst"), None, Analyst),
        );
        check(
            "Bo Crane, Jr., President",
            ("Bo Crane, Jr.", Some("President"), None, Executive),
        );
        check("Operator", ("Operator", None, None, Operator));
        check(
            "张伟（安维尔银行）",
            ("张伟", None, Some("安维尔银行"), Other),
        );
        check("安迪·风，总裁", ("安迪·风", Some("总裁"), None, Executive));
    }

    #[test]
    fn a_chair_with_a_name_in_parentheses_stays_whole() {
        check(
            "The Acting Chair (Mr. Bo Crane)",
            ("The Acting Chair (Mr. Bo Crane)", None, None, Kind::Other),
        );
        check(
            "The Acting Chair (Mr. Bo Crane (Anvil North, Iron))",
            (
                "The Acting Chair (Mr. Bo Crane)",
                None,
                Some("Anvil North, Iron"),
                Kind::Other,
            ),
        );
    }

    #[test]
    fn an_analyst_in_investor_relations_speaks_for_the_company() {
        assert_eq!(
            with_title("Cy Vale", Some("Senior Analyst, Investor Relations"), None).kind,
            Kind::Executive
        );
    }

    #[test]
    fn a_line_with_semicolons_names_title_and_firm_in_the_order_of_its_source() {
        let shown = |line: &str, order: Order| {
            by_semicolons(line, order).map(|who| (who.name, who.role, who.affiliation))
        };
        let expected = |role: &str, firm: &str| {
            Some((
                "Bo Crane".to_owned(),
                Some(role.to_owned()),
                Some(firm.to_owned()),
            ))
        };
        for (line, order) in [
            ("Bo Crane;Vale Bank;Analyst", Order::FirmFirst),
            ("Bo Crane; Vale Bank; Analyst", Order::AsTold),
            ("Bo Crane; Analyst; Vale Bank", Order::AsTold),
        ] {
            assert_eq!(
                shown(line, order),
                expected("Analyst", "Vale Bank"),
                "{line}"
            );
        }
        assert_eq!(
            shown("Bo Crane;Vale Partners;Iron", Order::FirmFirst),
            expected("Iron", "Vale Partners")
        );
        assert_eq!(shown("Bo Crane", Order::FirmFirst), None);
    }

    #[test]
    fn the_form_of_a_firm_is_known_in_any_case() {
        for word in ["INC", "Inc.", "limited", "L.P.", "plc"] {
            assert!(is_legal_form(word), "{word}");
        }
        assert!(!is_legal_form("Incense") && !is_legal_form(""));
    }

    #[test]
    fn an_unknown_speaker_is_what_the_name_says() {
        assert_eq!(named("Unidentified Analyst").kind, Kind::Analyst);
        assert_eq!(
            named("Unidentified Company Representative").kind,
            Kind::Executive
        );
        assert_eq!(named("Unknown speaker").kind, Kind::Other);
    }
}
