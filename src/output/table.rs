//! Columns that line up.

use super::escape::visible;
use textwrap::core::display_width;

/// A table with a head, its columns as wide as their widest cell; the last one is not padded.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
    let rows: Vec<Vec<String>> = std::iter::once(&head)
        .chain(rows)
        .map(|row| row.iter().map(|cell| visible(cell)).collect())
        .collect();
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| display_width(cell))
            .max()
    };
    let mut out = String::new();
    for row in &rows {
        for (column, cell) in row.iter().enumerate() {
            out += cell;
            if column + 1 < row.len() {
                let gap = width(column).unwrap_or(0) - display_width(cell) + 2;
                out.extend(std::iter::repeat_n(' ', gap));
            }
        }
        out.push('\n');
    }
    out
}
