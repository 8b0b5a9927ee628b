//! Words of companies' names that tell less than others: legal forms, words that many share, and names and tickers that
//! are words of every day.

/// What a company is in law, and says nothing of which.
#[rustfmt::skip]
pub(in crate::question) const LEGAL_FORMS: &[&str] = &[
    "ab", "ag", "asa", "bv", "co", "company", "companies", "corp", "corporation", "gmbh", "inc", "incorporated",
    "kgaa", "limited", "llc", "llp", "lp", "ltd", "nv", "oyj", "plc", "pte", "sa", "sab", "se", "spa",
];

/// Words that many companies have in their names, and that alone name none.
#[rustfmt::skip]
const GENERIC: &[&str] = &[
    "advanced", "air", "alliance", "allied", "america", "american", "applied", "associated", "atlantic",
    "automotive", "bank", "beauty", "best", "big", "brands", "british", "brothers", "capital", "care", "central",
    "chemical", "china", "city", "coast", "cold", "communications", "community", "consolidated", "consumer",
    "cross", "crown", "data", "digital", "direct", "dollar", "eagle", "east", "eastern", "edge", "electric",
    "electronics", "energy", "enterprise", "enterprises", "entertainment", "equity", "europe", "express",
    "fidelity", "financial", "first", "foods", "four", "fresh", "gas", "general", "german", "global", "gold",
    "golden", "great", "green", "group", "growth", "health", "healthcare", "holding", "holdings", "home", "host",
    "hotels", "income", "industrial", "industries", "innovations", "insurance", "international", "investment",
    "investors", "iron", "japan", "laboratories", "lake", "liberty", "life", "lines", "live", "logistics",
    "management", "marine", "market", "markets", "materials", "media", "medical", "metals", "mobile", "motor",
    "motors", "mountain", "mutual", "national", "natural", "network", "networks", "new", "north", "northern", "oil",
    "old", "one", "online", "outfitters", "pacific", "partners", "payments", "petroleum", "pharma",
    "pharmaceuticals", "platforms", "power", "products", "properties", "property", "public", "realty", "red",
    "regional", "republic", "research", "resorts", "resources", "restaurant", "retail", "river", "rock", "royal",
    "science", "sciences", "security", "semiconductor", "service", "services", "silver", "software", "solutions",
    "south", "southern", "southwest", "standard", "star", "state", "states", "storage", "storages", "stores", "sun",
    "super", "systems", "technologies", "technology", "texas", "the", "therapeutics", "travel", "tree", "trust",
    "union", "united", "universal", "us", "usa", "utilities", "ventures", "warner", "waste", "water", "west",
    "western", "white", "wireless", "works", "world", "worldwide",
];

/// Tickers that mean something else wherever people write them.
pub(in crate::question) const NO_TICKERS: &[&str] = &[
    "AI", "ALL", "AN", "ARE", "AS", "AT", "BE", "BI", "CAN", "CEO", "CFO", "COO", "CTO", "DO",
    "EPS", "EU", "EV", "FOR", "FY", "GAAP", "HAS", "HR", "IP", "IR", "IT", "ML", "NOW", "OF", "ON",
    "OR", "PC", "PE", "QA", "RE", "ROI", "SAAS", "SEC", "SEE", "SO", "TV", "UK", "US", "USA",
    "USD", "WAS", "WHO",
];

/// Company names that are also words of every day: alone in lower case they name nothing.
#[rustfmt::skip]
pub(super) const EVERYDAY: &[&str] = &[
    "allegiant", "ally", "amber", "apple", "arm", "bain", "ball", "block", "booking", "box", "bumble", "cadence",
    "capri", "carnival", "chase", "chipotle", "coach", "compass", "constellation", "delta", "dominion", "dover",
    "dow", "eagle", "emerson", "etsy", "fastly", "ford", "fox", "gap", "genius", "hershey", "humana", "insulet",
    "intel", "intuit", "kroger", "lemonade", "linde", "loews", "lucid", "masco", "match", "meta", "nice", "notion",
    "nova", "oracle", "paramount", "peloton", "progressive", "prudential", "puma", "root", "science", "shell",
    "snap", "snowflake", "sprout", "square", "stride", "stripe", "sunrun", "target", "toast", "trade", "travelers",
    "unity", "ups", "upstart", "vale", "visa", "wish", "zoom",
];

/// Whether a word stands in many companies' names, and alone names none.
pub(in crate::question) fn is_generic(word: &str) -> bool {
    GENERIC.binary_search(&word).is_ok()
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
}
