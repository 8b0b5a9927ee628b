//! Names and tickers of companies that many people know, so that a question about one that the library lacks is known for one.
//!
//! Written down from memory; nothing depends on its being complete.

/// Names in lower case, as people say them, their words joined: `bankofamerica`. Sorted.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "3m", "abbott", "abbvie", "accenture", "activision", "activisionblizzard", "adidas", "adobe", "adp", "aetna",
    "aflac", "airbnb", "airbus", "albemarle", "alcoa", "alibaba", "allstate", "allyfinancial", "alphabet", "altria",
    "amazon", "amd", "americanairlines", "americanexpress", "americantower", "amgen", "analogdevices", "anthropic",
    "aol", "apple", "appliedmaterials", "archerdanielsmidland", "arm", "asml", "astrazeneca", "atlassian", "att",
    "autodesk", "autozone", "bain", "bakerhughes", "bankofamerica", "barclays", "basf", "bayer",
    "berkshirehathaway", "bestbuy", "bhp", "biogen", "blackrock", "blackstone", "block", "bloomberg", "bmw",
    "boeing", "booking", "bookingholdings", "bostonscientific", "bp", "bristolmyerssquibb", "broadcom",
    "burgerking", "cadence", "capitalone", "cardinalhealth", "carnival", "carvana", "caterpillar", "cbre",
    "charlesschwab", "chartercommunications", "chevron", "chipotle", "chubb", "cigna", "cisco", "citigroup",
    "cloudflare", "cocacola", "cognizant", "coinbase", "colgate", "colgatepalmolive", "comcast", "conocophillips",
    "constellation", "costco", "coupang", "crowdstrike", "csx", "cummins", "cvs", "cvshealth", "danaher",
    "databricks", "datadog", "deepmind", "deere", "dell", "delta", "deltaairlines", "deutschebank", "devonenergy",
    "diamondbackenergy", "didi", "digitalrealty", "disney", "docusign", "dominos", "doordash", "dow", "dropbox",
    "dukeenergy", "dupont", "ebay", "elililly", "emerson", "ericsson", "esteelauder", "etsy", "exxon", "exxonmobil",
    "facebook", "fedex", "fidelity", "fiserv", "ford", "fordmotor", "fortinet", "fox", "freeportmcmoran", "gap",
    "generaldynamics", "generalelectric", "generalmills", "generalmotors", "gilead", "glencore", "globant",
    "goldmansachs", "google", "halliburton", "harleydavidson", "hasbro", "hca", "heineken", "hershey",
    "hewlettpackard", "hilton", "honda", "honeywell", "hp", "hsbc", "huawei", "humana", "hyundai", "ibm", "ikea",
    "infosys", "instacart", "intel", "intuit", "intuitivesurgical", "johnsonjohnson", "jpmorgan", "jpmorganchase",
    "kellogg", "kraftheinz", "kroger", "kyndryl", "lenovo", "lexmark", "lg", "linkedin", "lockheed",
    "lockheedmartin", "logitech", "lowes", "lucid", "lululemon", "lvmh", "lyft", "macys", "marathonpetroleum",
    "marriott", "marshmclennan", "marvell", "mastercard", "mattel", "mcdonalds", "mckesson", "medtronic", "meituan",
    "mercadolibre", "merck", "meta", "metaplatforms", "metlife", "micron", "microsoft", "moderna", "mondelez",
    "moodys", "morganstanley", "motorola", "nestle", "netflix", "newmont", "nextera", "nike", "nintendo", "nokia",
    "nordstrom", "northropgrumman", "novartis", "novonordisk", "nvidia", "okta", "openai", "oracle", "otis",
    "palantir", "paloaltonetworks", "paramount", "paypal", "pdd", "peloton", "pepsi", "pepsico", "pfizer",
    "philipmorris", "phillips66", "pinduoduo", "pinterest", "pnc", "porsche", "proctergamble", "prologis",
    "publicstorage", "puma", "qualcomm", "ralphlauren", "raytheon", "reddit", "riotinto", "rivian", "robinhood",
    "roblox", "roche", "roku", "rossstores", "rtx", "ryanair", "salesforce", "samsung", "sanofi", "sap",
    "schlumberger", "servicenow", "shein", "shell", "sherwinwilliams", "shopify", "siemens", "simonproperty",
    "skechers", "slb", "snap", "snowflake", "softbank", "sony", "southwestairlines", "spacex", "splunk", "spotify",
    "square", "stanleyblackdecker", "starbucks", "statestreet", "stellantis", "stripe", "stryker", "synopsys",
    "taiwansemiconductor", "target", "tataconsultancy", "temu", "tencent", "tesla", "texasinstruments",
    "thermofisher", "thetradedesk", "tiktok", "tjx", "toyota", "travelers", "tsmc", "twilio", "twitter",
    "tysonfoods", "uber", "ubs", "underarmour", "unilever", "unionpacific", "unitedairlines", "unitedhealth", "ups",
    "usbancorp", "vale", "valero", "verizon", "vf", "visa", "vmware", "volkswagen", "walgreens", "walmart",
    "waltdisney", "warnerbros", "wastemanagement", "wayfair", "wellsfargo", "wendys", "westerndigital", "workday",
    "xiaomi", "xpeng", "zillow", "zoom", "zscaler",
];

/// Tickers of three letters and more, which mean nothing else. Sorted.
const TICKERS: &[&str] = &[
    "AAPL", "ABBV", "ADBE", "AMAT", "AMZN", "ASML", "AVGO", "AXP", "BABA", "BAC", "BIDU", "BLK",
    "BRK", "CAT", "CMCSA", "COIN", "COP", "COST", "CRM", "CRWD", "CSCO", "CVX", "DDOG", "DIS",
    "DXC", "FDX", "GOOG", "GOOGL", "HON", "IBM", "INTC", "INTU", "ISRG", "JNJ", "JPM", "LIN",
    "LLY", "LMT", "LOW", "LRCX", "MCD", "META", "MRK", "MSFT", "NFLX", "NKE", "NVDA", "ORCL",
    "PANW", "PEP", "PFE", "PLTR", "PYPL", "QCOM", "RTX", "SBUX", "SCHW", "SHOP", "SNOW", "TGT",
    "TMO", "TSLA", "TSM", "TXN", "UBER", "UNH", "UNP", "UPS", "WFC", "WMT", "XOM",
];

/// Whether this, in lower case and its words joined, is the name of such a company.
pub(super) fn is_name(name: &str) -> bool {
    NAMES.binary_search(&name).is_ok()
}

/// Whether a word in capitals is the ticker of such a company.
pub(super) fn is_ticker(word: &str) -> bool {
    TICKERS.binary_search(&word).is_ok()
}

/// Words of the longest name.
pub(super) const LONGEST: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_and_tickers_are_sorted() {
        assert!(NAMES.is_sorted() && TICKERS.is_sorted());
    }
}
