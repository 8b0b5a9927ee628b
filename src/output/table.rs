//! Columns that line up.

use super::escape::visible;
use textwrap::core::display_width;

/// Blanks between two columns.
const GAP: usize = 2;
/// A column is not cut below this.
const NARROWEST: usize = 10;

/// A table with a head, its columns as wide as their widest cell; the last one is not padded. On a terminal that is too
/// narrow the widest columns are cut, never the first, which names the row, and the last one at its beginning: the end of
/// a path says most.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
    let rows: Vec<Vec<String>> = std::iter::once(&head)
        .chain(rows)
        .map(|row| row.iter().map(|cell| visible(cell)).collect())
        .collect();
    let mut widths = vec![0; head.len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = display_width(cell).max(*width);
        }
    }
    if let Some(room) = super::terminal_width() {
        narrow(&mut widths, room);
    }
    let mut out = String::new();
    for row in &rows {
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let is_last = column + 1 == row.len();
            let cell = cut(cell, *width, is_last);
            out += &cell;
            if !is_last {
                let gap = width - display_width(&cell) + GAP;
                out.extend(std::iter::repeat_n(' ', gap));
            }
        }
        out.push('\n');
    }
    out
}

/// Takes from the widest columns until all fit.
fn narrow(widths: &mut [usize], room: usize) {
    let gaps = widths.len().saturating_sub(1) * GAP;
    while widths.iter().sum::<usize>() + gaps > room {
        let widest = widths.iter_mut().skip(1).max();
        match widest.filter(|width| **width > NARROWEST) {
            Some(width) => *width -= 1,
            None => return,
        }
    }
}

/// A cell of no more than a width.
fn cut(cell: &str, width: usize, at_start: bool) -> String {
    if display_width(cell) <= width {
        return cell.to_owned();
    }
    let mut letters: Vec<char> = cell.chars().collect();
    let fits = |letters: &[char]| display_width(&letters.iter().collect::<String>()) < width;
    while !letters.is_empty() && !fits(&letters) {
        letters.remove(if at_start { 0 } else { letters.len() - 1 });
    }
    let kept: String = letters.into_iter().collect();
    if at_start {
        format!("…{kept}")
    } else {
        format!("{}…", kept.trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_columns_give_way_first() {
        let mut widths = [30, 8, 60];
        narrow(&mut widths, 72);
        assert_eq!(widths, [30, 8, 30]);
        narrow(&mut widths, 10);
        assert_eq!(widths, [30, 8, NARROWEST]);
    }

    #[test]
    fn a_cell_is_cut_where_it_says_least() {
        assert_eq!(cut("Brambleforge Robotics", 8, false), "Bramble…");
        assert_eq!(cut("calls/2024/BFRG-Q1.txt", 12, true), "…BFRG-Q1.txt");
        assert_eq!(cut("short", 8, true), "short");
    }
}
