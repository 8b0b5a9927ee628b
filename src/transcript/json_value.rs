//! A JSON document in memory, as small as the text allows.
//!
//! In: a text that is JSON. Out: its values, whose texts and keys are slices of it unless they hold
//! escapes. Transcripts are lists of many small objects, so an object is a short list of its fields
//! in their order, not a map. This file knows no keys.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use std::borrow::Cow;
use std::fmt;

/// A value.
#[derive(Debug, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Bool,
    Number(Number),
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    /// The fields in the order of the text.
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl Value<'_> {
    /// The value under a key of an object; of several, the last.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.field(key.as_bytes())
    }

    fn field(&self, key: &[u8]) -> Option<&Self> {
        let Self::Object(fields) = self else {
            return None;
        };
        let mut fields = fields.iter().rev();
        let found = fields.find(|(own, _)| own.as_bytes() == key);
        found.map(|(_, value)| value)
    }

    /// The values of a list.
    pub(super) fn as_array(&self) -> Option<&Vec<Self>> {
        match self {
            Self::List(values) => Some(values),
            _ => None,
        }
    }

    /// A text.
    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A number.
    pub(super) fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(number) => number.as_f64(),
            _ => None,
        }
    }

    /// A whole number that is not below zero.
    pub(super) fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Number(number) => number.as_u64(),
            _ => None,
        }
    }

    /// The value at a path of keys, as `/results/channels`; a number is a place in a list.
    pub(super) fn at(&self, path: &str) -> Option<&Self> {
        // Asked for each word of a transcript: byte by byte, because a search for a character has to be set up first.
        let mut keys = path.as_bytes().split(|byte| *byte == b'/').skip(1);
        keys.try_fold(self, |value, key| match value {
            Self::List(values) => values.get(str::from_utf8(key).ok()?.parse::<usize>().ok()?),
            _ => value.field(key),
        })
    }

    /// The list at a path; empty where there is none.
    pub(super) fn list(&self, path: &str) -> &[Self] {
        self.at(path)
            .and_then(Self::as_array)
            .map_or(&[], Vec::as_slice)
    }

    /// Whether nothing is said.
    pub(super) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

/// A key, which may hold escapes as a text may.
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value<'de>, E> {
        Ok(Value::Bool)
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value<'de>, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value<'de>, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value<'de>, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value<'de>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some((Key(key), value)) = map.next_entry()? {
            fields.push((key, value));
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_with_its_escapes() {
        let value: Value<'_> = serde_json::from_str(
            r#"{"a": [1, -2.5, "\u00e9\n", null, true], "b\"": {"c": "d"}, "a2": 7}"#,
        )
        .unwrap();
        let list = value.list("/a");
        assert_eq!(list[0].as_u64(), Some(1));
        assert_eq!((list[1].as_f64(), list[1].as_u64()), (Some(-2.5), None));
        assert_eq!(list[2].as_str(), Some("é\n"));
        assert!(list[3].is_null() && !list[4].is_null());
        assert_eq!(
            value.get("b\"").unwrap().at("/c").unwrap().as_str(),
            Some("d")
        );
        assert_eq!(value.at("/a/2").unwrap().as_str(), Some("é\n"));
        assert!(value.at("/a/9").is_none() && value.list("/b").is_empty());
    }
}
