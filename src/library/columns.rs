//! Stored columns as the types of the other rooms.

use crate::units::ByteSpan;
use rusqlite::Row;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The word that serde writes for a value without fields.
pub(super) fn word<T: Serialize>(value: T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// The span in two neighbouring columns.
pub(super) fn span(row: &Row<'_>, column: usize) -> rusqlite::Result<ByteSpan> {
    let (start, end): (i64, i64) = (row.get(column)?, row.get(column + 1)?);
    let number = |value: i64| {
        usize::try_from(value).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, value))
    };
    Ok(ByteSpan::new(number(start)?, number(end)?))
}

/// A value that was stored as the word that serde writes for it.
pub(super) fn from_word<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let word: String = row.get(column)?;
    parse_word(word, column)
}

pub(super) fn optional_word<T: DeserializeOwned>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<T>> {
    let word: Option<String> = row.get(column)?;
    word.map(|word| parse_word(word, column)).transpose()
}

fn parse_word<T: DeserializeOwned>(word: String, column: usize) -> rusqlite::Result<T> {
    parsed(
        serde_json::from_value(serde_json::Value::String(word)),
        column,
    )
}

pub(super) fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let json: String = row.get(column)?;
    parsed(serde_json::from_str(&json), column)
}

pub(super) fn optional_json<T: DeserializeOwned>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<T>> {
    let json: Option<String> = row.get(column)?;
    json.map(|json| parsed(serde_json::from_str(&json), column))
        .transpose()
}

fn parsed<T>(parsed: serde_json::Result<T>, column: usize) -> rusqlite::Result<T> {
    parsed.map_err(|error| {
        let kind = rusqlite::types::Type::Text;
        rusqlite::Error::FromSqlConversionFailure(column, kind, Box::new(error))
    })
}
