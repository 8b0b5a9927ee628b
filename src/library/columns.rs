//! Stored columns as the types of the other rooms.

use crate::units::ByteSpan;
use rusqlite::Row;
use rusqlite::types::Type;
use serde::Serialize;
use serde::de::value::{Error as Unfit, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};

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
    needed(optional_word(row, column)?, column)
}

pub(super) fn optional_word<T: DeserializeOwned>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<T>> {
    let parse = |word: &str| {
        let word: StrDeserializer<'_, Unfit> = word.into_deserializer();
        T::deserialize(word)
    };
    parsed(text(row, column)?.map(parse), column)
}

pub(super) fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    needed(optional_json(row, column)?, column)
}

pub(super) fn optional_json<T: DeserializeOwned>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<T>> {
    parsed(text(row, column)?.map(serde_json::from_str), column)
}

/// The text in a column, where it stands.
fn text<'r>(row: &'r Row<'_>, column: usize) -> rusqlite::Result<Option<&'r str>> {
    Ok(row.get_ref(column)?.as_str_or_null()?)
}

fn needed<T>(value: Option<T>, column: usize) -> rusqlite::Result<T> {
    value.ok_or_else(|| {
        rusqlite::Error::InvalidColumnType(column, "nothing is stored".to_owned(), Type::Null)
    })
}

fn parsed<T, E>(parsed: Option<Result<T, E>>, column: usize) -> rusqlite::Result<Option<T>>
where
    E: std::error::Error + Send + Sync + 'static,
{
    parsed.transpose().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
    })
}
