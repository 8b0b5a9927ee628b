//! What a library holds, as a question can name it: companies with their names, and when their calls
//! were.
//!
//! In: calls. Out: a [`Catalogue`]. Pure; a new one is made when the library has changed.

use super::company::{LEGAL_FORMS, is_generic, names_of, tickers_of};
use super::dated::Dated;
use super::text::words;
use crate::library::Named;
use crate::transcript::Period;
use crate::units::CallRow;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// The companies and calls of a library.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    pub(super) companies: Vec<Company>,
    pub(super) calls: Vec<Dated>,
    /// The companies that a name can mean, by its first word.
    pub(super) names: HashMap<String, Vec<Name>>,
    /// The companies by the initials of their names, in lower case.
    pub(super) initials: HashMap<String, Vec<usize>>,
    /// The names of the calls' files.
    files: Vec<(String, CallRow)>,
    /// The companies by ticker.
    pub(super) tickers: HashMap<String, usize>,
    /// Whether every call says whose it is: only then can a company be known not to be there.
    pub(super) is_complete: bool,
}

/// A company, by whatever names its calls give it.
#[derive(Clone, Debug)]
pub(super) struct Company {
    /// For people.
    pub(super) name: String,
    pub(super) calls: Vec<CallRow>,
}

/// A way to name a company.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) words: Vec<String>,
    pub(super) company: usize,
    /// Whether it is all of the name, legal form aside, or a part that people use.
    pub(super) whole: bool,
}

impl Catalogue {
    /// What these calls are of.
    pub fn new(calls: &[Named]) -> Self {
        let mut catalogue = Self {
            is_complete: !calls.is_empty(),
            ..Self::default()
        };
        let mut keys: HashMap<String, usize> = HashMap::new();
        // A company's calls mostly write it in the same way.
        let mut written: HashMap<(Option<&str>, Option<&str>), Option<usize>> = HashMap::new();
        for call in calls {
            catalogue.files.push((call.name.clone(), call.row));
            let meta = &call.metadata;
            let names = (meta.company.as_deref(), meta.ticker.as_deref());
            if let Some(company) = written.get(&names).copied() {
                catalogue.add_call(call, company);
                continue;
            }
            let core = meta.company.as_deref().map(core);
            let ticker = meta.ticker.as_deref().map(str::to_uppercase);
            let core_key = core
                .as_ref()
                .filter(|core| !core.is_empty())
                .map(|core| core.join(" "));
            catalogue.is_complete &= core_key.is_some();
            let ticker_key = ticker.as_ref().map(|ticker| format!("${ticker}"));
            let of = [&core_key, &ticker_key];
            let known = of.iter().find_map(|key| keys.get(key.as_ref()?).copied());
            let company = (core_key.is_some() || ticker_key.is_some()).then(|| {
                known.unwrap_or_else(|| {
                    let name = meta
                        .company
                        .clone()
                        .or(meta.ticker.clone())
                        .unwrap_or_default();
                    let calls = Vec::new();
                    catalogue.companies.push(Company { name, calls });
                    catalogue.companies.len() - 1
                })
            });
            if let Some(company) = company {
                keys.extend(of.into_iter().flatten().map(|key| (key.clone(), company)));
                let core = core.unwrap_or_default();
                if ticker.is_none() {
                    // A call that does not state it has the ticker that many people know.
                    for known in tickers_of(&core.join(" ")) {
                        catalogue.tickers.entry(known.to_owned()).or_insert(company);
                    }
                }
                catalogue.add_names(company, &core);
                if let Some(ticker) = &ticker {
                    // Where only the ticker is stated, or the name as a machine heard it, a well-known company still has its own.
                    for name in names_of(ticker) {
                        let words: Vec<String> = name.split(' ').map(str::to_owned).collect();
                        catalogue.add_name(company, words, true);
                    }
                }
                catalogue.add_initials(company, meta.company.as_deref().unwrap_or_default());
                if let Some(ticker) = ticker {
                    catalogue.tickers.insert(ticker, company);
                }
            }
            written.insert(names, company);
            catalogue.add_call(call, company);
        }
        catalogue
    }

    /// The calls whose file has a name, in lower case and without marks, that nothing else is written like: `ES2009d`,
    /// `Q3-review-17`.
    pub(super) fn of_file(&self, norm: &str) -> Vec<CallRow> {
        const SHORTEST: usize = 5;
        if norm.len() < SHORTEST || !is_file_name(norm) {
            return Vec::new();
        }
        let files = self.files.iter().filter(|(file, _)| is_written(file, norm));
        files.map(|(_, row)| *row).collect()
    }

    /// The companies, as their calls name them.
    pub(super) fn names_of_companies(&self) -> Vec<String> {
        let companies = self.companies.iter();
        companies.map(|company| company.name.clone()).collect()
    }

    fn add_call(&mut self, call: &Named, company: Option<usize>) {
        if let Some(known) = company.and_then(|company| self.companies.get_mut(company)) {
            known.calls.push(call.row);
        }
        self.calls.push(Dated {
            row: call.row,
            company,
            period: call.metadata.period,
            date: call.metadata.date,
        });
    }

    /// The first letters of three words or more, with that of the legal form behind them and without.
    fn add_initials(&mut self, company: usize, name: &str) {
        const SMALL: [&str; 4] = ["and", "for", "of", "the"];
        const LAST: [&str; 4] = ["group", "holdings", "reit", "trust"];
        let core = core(name);
        let tells = |word: &&String| !SMALL.contains(&word.as_str());
        let first = |word: &String| word.chars().next();
        let initials: String = core.iter().filter(tells).filter_map(first).collect();
        if initials.chars().count() < 3 {
            return;
        }
        let forms = words(name).into_iter().map(|word| word.norm);
        let form = forms
            .skip_while(|word| !core.contains(word))
            .nth(core.len());
        let with_form = form
            .as_ref()
            .and_then(first)
            .map(|form| format!("{initials}{form}"));
        // `GLR` for Glimmer Lake Realty Trust.
        let without_last = core.last().filter(|last| LAST.contains(&last.as_str()));
        let shorter =
            without_last.and_then(|last| Some(initials.strip_suffix(first(last)?)?.to_owned()));
        let shorter = shorter.filter(|shorter| shorter.chars().count() >= 3);
        for initials in [Some(initials), with_form, shorter].into_iter().flatten() {
            let of = self.initials.entry(initials).or_default();
            if !of.contains(&company) {
                of.push(company);
            }
        }
    }

    /// The whole name, and the parts of it that people use: its beginnings, and its last word.
    fn add_names(&mut self, company: usize, core: &[String]) {
        let mut ways: BTreeMap<Vec<String>, bool> = BTreeMap::new();
        for length in 1..=core.len() {
            let beginning = core.get(..length).unwrap_or_default();
            let whole = length == core.len();
            let tells = beginning
                .iter()
                .any(|word| word.len() >= 3 && !is_generic(word));
            if whole || tells {
                ways.insert(beginning.to_vec(), whole);
            }
        }
        if let (Some(last), true) = (core.last(), core.len() > 1)
            && last.len() >= 5
            && !is_generic(last)
        {
            ways.entry(vec![last.clone()]).or_insert(false);
        }
        // `amazoncom` is Amazon too.
        if let Some(bare) = core.first().and_then(|first| first.strip_suffix("com"))
            && bare.len() >= 2
        {
            ways.entry(vec![bare.to_owned()]).or_insert(core.len() == 1);
        }
        for (words, whole) in ways {
            self.add_name(company, words, whole);
        }
    }

    fn add_name(&mut self, company: usize, words: Vec<String>, whole: bool) {
        let Some(first) = words.first().cloned() else {
            return;
        };
        let names = self.names.entry(first).or_default();
        let known = names
            .iter()
            .any(|name| name.company == company && name.words == words);
        if !known {
            names.push(Name {
                words,
                company,
                whole,
            });
        }
    }
}

/// Whether a word has letters and digits: what nobody says may be a file.
fn is_file_name(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit()) && word.contains(char::is_alphabetic)
}

/// Whether a file's name is this one word, and more than a period.
fn is_written(file: &str, norm: &str) -> bool {
    let letters = file.chars().filter(|c| c.is_alphanumeric());
    if !letters.flat_map(char::to_lowercase).eq(norm.chars()) {
        return false;
    }
    let words = words(file);
    let [word] = words.as_slice() else {
        return false;
    };
    let is_longer = |(_, place): (Period, Range<usize>)| place.len() < word.text.len();
    word.norm == norm && Period::find_in(word.text).is_none_or(is_longer)
}

/// A company's name without article and legal form: `The Lark Company, Inc.` is `lark`.
fn core(name: &str) -> Vec<String> {
    let mut core: Vec<String> = words(name).into_iter().map(|word| word.norm).collect();
    if core.len() > 1 && core.first().is_some_and(|word| word == "the") {
        core.remove(0);
    }
    while core.len() > 1
        && core
            .last()
            .is_some_and(|word| LEGAL_FORMS.contains(&word.as_str()))
    {
        core.pop();
    }
    core
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_without_article_and_legal_form() {
        assert_eq!(
            core("The Glimmer Lake Dairies Company, Inc."),
            ["glimmer", "lake", "dairies"]
        );
        assert_eq!(core("Company"), ["company"]);
        assert_eq!(core("Lark U.S.A., Inc."), ["lark", "usa"]);
    }
}
