//! What a library holds, as a question can name it: companies with their names, and when their calls
//! were.
//!
//! In: calls. Out: a [`Catalogue`]. Pure; a new one is made when the library has changed.

use super::text::words;
use crate::library::Named;
use crate::transcript::{Date, Period, PeriodPart};
use crate::units::CallRow;
use std::collections::{BTreeMap, HashMap};

/// The companies and calls of a library.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    pub(super) companies: Vec<Company>,
    pub(super) calls: Vec<Dated>,
    /// The companies that a name can mean, by its first word.
    pub(super) names: HashMap<String, Vec<Name>>,
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

/// A call, and the months that it reports on.
#[derive(Clone, Debug)]
pub(super) struct Dated {
    pub(super) row: CallRow,
    pub(super) company: Option<usize>,
    pub(super) period: Option<Period>,
    pub(super) date: Option<Date>,
}

/// Months since the year 0, from first to last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Months {
    pub(super) first: i32,
    pub(super) last: i32,
}

impl Months {
    pub(super) fn of_year(year: u16) -> Self {
        let first = i32::from(year) * 12;
        Self {
            first,
            last: first + 11,
        }
    }

    /// As the company counts its year.
    pub(super) fn of(period: Period) -> Self {
        let year = i32::from(period.year()) * 12;
        let (first, length) = match period.part() {
            PeriodPart::Quarter(quarter) => ((i32::from(quarter) - 1) * 3, 3),
            PeriodPart::Half(half) => ((i32::from(half) - 1) * 6, 6),
            PeriodPart::Year => (0, 12),
        };
        Self {
            first: year + first,
            last: year + first + length - 1,
        }
    }

    pub(super) fn contains(self, other: Self) -> bool {
        self.first <= other.first && other.last <= self.last
    }
}

impl Dated {
    /// The months reported on; for a call without a period, its month.
    pub(super) fn months(&self) -> Option<Months> {
        let of_date = |date: Date| {
            let month = i32::from(date.year()) * 12 + i32::from(date.month()) - 1;
            Months {
                first: month,
                last: month,
            }
        };
        self.period.map(Months::of).or(self.date.map(of_date))
    }
}

/// What a company is in law, and says nothing of which.
pub(super) const LEGAL_FORMS: &[&str] = &[
    "ab",
    "ag",
    "asa",
    "bv",
    "co",
    "company",
    "companies",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "incorporated",
    "kgaa",
    "limited",
    "llc",
    "llp",
    "lp",
    "ltd",
    "nv",
    "oyj",
    "plc",
    "pte",
    "sa",
    "sab",
    "se",
    "spa",
];

/// Words that many companies have in their names, and that alone name none.
const GENERIC: &[&str] = &[
    "advanced",
    "air",
    "alliance",
    "allied",
    "america",
    "american",
    "applied",
    "associated",
    "atlantic",
    "automotive",
    "bank",
    "beauty",
    "best",
    "big",
    "brands",
    "british",
    "brothers",
    "capital",
    "care",
    "central",
    "chemical",
    "china",
    "city",
    "coast",
    "cold",
    "communications",
    "community",
    "consolidated",
    "consumer",
    "cross",
    "crown",
    "data",
    "digital",
    "direct",
    "dollar",
    "eagle",
    "east",
    "eastern",
    "edge",
    "electric",
    "electronics",
    "energy",
    "enterprise",
    "enterprises",
    "entertainment",
    "equity",
    "europe",
    "express",
    "fidelity",
    "financial",
    "first",
    "foods",
    "four",
    "fresh",
    "gas",
    "general",
    "german",
    "global",
    "gold",
    "golden",
    "great",
    "green",
    "group",
    "growth",
    "health",
    "healthcare",
    "holding",
    "holdings",
    "home",
    "host",
    "hotels",
    "income",
    "industrial",
    "industries",
    "innovations",
    "insurance",
    "international",
    "investment",
    "investors",
    "iron",
    "japan",
    "laboratories",
    "lake",
    "liberty",
    "life",
    "lines",
    "live",
    "logistics",
    "management",
    "marine",
    "market",
    "markets",
    "materials",
    "media",
    "medical",
    "metals",
    "mobile",
    "motor",
    "motors",
    "mountain",
    "mutual",
    "national",
    "natural",
    "network",
    "networks",
    "new",
    "north",
    "northern",
    "oil",
    "old",
    "one",
    "online",
    "outfitters",
    "pacific",
    "partners",
    "payments",
    "petroleum",
    "pharma",
    "pharmaceuticals",
    "platforms",
    "power",
    "products",
    "properties",
    "property",
    "public",
    "realty",
    "red",
    "regional",
    "republic",
    "research",
    "resorts",
    "resources",
    "restaurant",
    "retail",
    "river",
    "rock",
    "royal",
    "science",
    "sciences",
    "security",
    "semiconductor",
    "service",
    "services",
    "silver",
    "software",
    "solutions",
    "south",
    "southern",
    "southwest",
    "standard",
    "star",
    "state",
    "states",
    "storage",
    "storages",
    "stores",
    "sun",
    "super",
    "systems",
    "technologies",
    "technology",
    "texas",
    "the",
    "therapeutics",
    "travel",
    "tree",
    "trust",
    "union",
    "united",
    "universal",
    "us",
    "usa",
    "utilities",
    "ventures",
    "warner",
    "waste",
    "water",
    "west",
    "western",
    "white",
    "wireless",
    "works",
    "world",
    "worldwide",
];

/// Tickers that mean something else wherever people write them.
pub(super) const NO_TICKERS: &[&str] = &[
    "AI", "ALL", "AN", "ARE", "AS", "AT", "BE", "BI", "CAN", "CEO", "CFO", "COO", "CTO", "DO",
    "EPS", "EU", "EV", "FOR", "FY", "GAAP", "HAS", "HR", "IP", "IR", "IT", "ML", "NOW", "OF", "ON",
    "OR", "PC", "PE", "QA", "RE", "ROI", "SAAS", "SEC", "SEE", "SO", "TV", "UK", "US", "USA",
    "USD", "WAS", "WHO",
];

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
                catalogue.add_names(company, &core.unwrap_or_default());
                if let Some(ticker) = ticker {
                    catalogue.tickers.insert(ticker, company);
                }
            }
            written.insert(names, company);
            catalogue.add_call(call, company);
        }
        catalogue
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
            let Some(first) = words.first().cloned() else {
                continue;
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
}

fn is_generic(word: &str) -> bool {
    GENERIC.binary_search(&word).is_ok()
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
    fn the_lists_that_are_searched_are_sorted() {
        assert!(GENERIC.is_sorted());
        assert!(
            LEGAL_FORMS
                .iter()
                .all(|form| form.chars().all(char::is_lowercase))
        );
    }

    #[test]
    fn a_name_is_known_without_article_and_legal_form() {
        assert_eq!(
            core("The Glimmer Lake Dairies Company, Inc."),
            ["glimmer", "lake", "dairies"]
        );
        assert_eq!(core("Company"), ["company"]);
        assert_eq!(core("Lark U.S.A., Inc."), ["lark", "usa"]);
    }

    #[test]
    fn a_period_is_its_months() {
        let months = |text: &str| Months::of(text.parse().unwrap());
        assert_eq!(months("Q2 2024").first - months("Q1 2024").last, 1);
        assert!(months("FY 2024").contains(months("H2 2024")));
        assert!(!months("H1 2024").contains(months("Q3 2024")));
    }
}
