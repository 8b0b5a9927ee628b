//! The rows of a table: fields between marks, with and without quotation marks around them.
//!
//! In: a text, and what its head says of its columns. Out: rows, each with its line and with what was odd about it. A table
//! whose quotation marks are doubled and closed is read by the letter. In others no word goes to another row: a mark that
//! is not doubled ends a field only where a field can end, and a field that is never closed ends with its line. This file
//! knows no columns by name.

use std::ops::Range;

/// What is known of every row.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// The byte between fields.
    pub(super) mark: u8,
    /// How many fields a row has.
    pub(super) count: usize,
    /// Which of them holds the words.
    pub(super) words: usize,
}

/// A row of a table.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) fields: Vec<String>,
    /// The line that it begins on.
    pub(super) line: u32,
    /// Whether a quotation mark in it is never closed.
    pub(super) is_unclosed: bool,
    /// Whether a field with marks that are not doubled goes on over its line's end.
    pub(super) is_long: bool,
    /// Whether it has more fields than the head, and they are no part of its words.
    pub(super) is_wide: bool,
}

/// The rows of a table.
pub(super) struct Rows<'a> {
    rest: &'a str,
    shape: Shape,
    line: u32,
    /// What was left of the text where nothing was found that would close a field, so that it is searched once.
    searched: usize,
    /// Quotation marks are text up to the row's end: one of them was never closed.
    is_text: bool,
    /// The row holds a field whose end is in doubt: others end as soon as they can.
    is_odd: bool,
}

/// What a quotation mark inside of a field is.
enum Mark {
    /// The field's end.
    End,
    /// Its end, if nothing better follows on the line.
    MayEnd,
    /// A part of its words.
    Words,
    /// A part of another row.
    Another,
}

/// A walk through a field in quotation marks.
struct Walk<'a> {
    text: &'a str,
    at: usize,
    /// How many quotation marks it has met.
    marks: usize,
    /// What was read.
    field: String,
    /// Where the line begins that it has come to; none on the field's first.
    line: Option<usize>,
    /// That line, until it was asked to be a row.
    unasked: Option<usize>,
    /// Whether a mark was not doubled.
    is_odd: bool,
    /// Whether such a mark has opened a quotation inside of the field.
    is_inside: bool,
    /// A field that may be the whole, and where it ends.
    spare: Option<(String, usize)>,
    /// Whether it was found on this line.
    is_here: bool,
}

impl<'a> Rows<'a> {
    pub(super) fn new(text: &'a str, shape: Shape) -> Self {
        Self {
            rest: text.trim_start_matches('\u{FEFF}'),
            shape,
            line: 1,
            searched: usize::MAX,
            is_text: false,
            is_odd: false,
        }
    }

    /// The field at the start of what is left, whether it was the last of its row.
    fn field(&mut self, row: &mut Row) -> (String, bool) {
        let column = row.fields.len();
        let mut end = None;
        if self.rest.starts_with('"') && !self.is_text {
            if let Some((field, after)) = self.quoted(column, row) {
                self.rest = after;
                return (field, self.has_ended());
            }
            self.is_text = true;
            let line = first_line(self.rest);
            row.is_unclosed |= line.bytes().filter(|&byte| byte == b'"').count() % 2 == 1;
            end = self.end_of_text(line, column);
        }
        let end = end.unwrap_or_else(|| {
            let ends = |byte: u8| byte == self.shape.mark || is_line_end(byte);
            let mut bytes = self.rest.bytes();
            bytes.position(ends).unwrap_or(self.rest.len())
        });
        let (field, after) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = after;
        (field.to_owned(), self.has_ended())
    }

    /// Where a field ends that is not closed on its line: before the fields that the row still needs.
    fn end_of_text(&self, line: &str, column: usize) -> Option<usize> {
        let needed = self.shape.count.saturating_sub(column + 1);
        let Some(last) = needed.checked_sub(1) else {
            return Some(line.len());
        };
        let mut marks = line.rmatch_indices(char::from(self.shape.mark));
        marks.nth(last).map(|(at, _)| at)
    }

    /// Steps over the mark or the line's end; whether the row has ended.
    fn has_ended(&mut self) -> bool {
        if let Some(rest) = self.rest.strip_prefix(char::from(self.shape.mark)) {
            self.rest = rest;
            return false;
        }
        let rest = self.rest;
        let after = rest
            .strip_prefix("\r\n")
            .or(rest.strip_prefix(['\n', '\r']));
        self.rest = after.unwrap_or(rest);
        true
    }

    /// The field in quotation marks at the start of what is left, and what follows it; none where it is not closed.
    fn quoted(&mut self, column: usize, row: &mut Row) -> Option<(String, &'a str)> {
        let mut walk = Walk::new(self.rest);
        let found = loop {
            let run = walk.next_marks();
            if !self.goes_on(&mut walk, run.start) {
                break None;
            }
            if run.is_empty() {
                self.searched = 0;
                break None;
            }
            walk.take(run.start);
            match self.meaning(&mut walk, &run, column) {
                Mark::End => break Some((walk.ended(run.len()), run.end)),
                Mark::MayEnd => walk.keep(&run),
                Mark::Words => {}
                Mark::Another => {
                    self.searched = walk.text.len() - walk.line.unwrap_or(run.start);
                    break None;
                }
            }
            walk.read(&run);
        };
        let is_sure = found.is_some();
        let (field, end) = found.or(walk.spare)?;
        self.is_odd |= !is_sure;
        let after = walk.text.get(end..)?;
        let is_more = column + 1 == self.shape.count
            && first_line(after).contains(|c: char| c != char::from(self.shape.mark) && c != ' ');
        row.is_long |= (walk.is_odd || is_more) && field.contains(is_end);
        Some((field, after))
    }

    /// Whether a walk may go on to `to`, over line ends or not.
    fn goes_on(&self, walk: &mut Walk<'a>, to: usize) -> bool {
        let passed = walk.text.get(walk.at..to).unwrap_or_default();
        let Some(first) = passed.find(is_end) else {
            return true;
        };
        // Where all marks have their like, nothing is open at the line's end.
        let is_whole = walk.line.is_none() && walk.marks.is_multiple_of(2);
        let was_searched = walk.text.len() - (walk.at + first) > self.searched;
        if is_whole || was_searched || walk.is_here && walk.line.is_some() {
            return false;
        }
        let last = passed.rfind(is_end).map_or(0, |last| last + 1);
        walk.line = Some(walk.at + last);
        walk.unasked = walk.line;
        (walk.is_here, walk.is_inside) = (false, false);
        let lines = walk.text.get(walk.at + first..).unwrap_or_default();
        let lines = lines.trim_start_matches(is_end);
        !self.holds_row_of_tabs(lines, walk.text.len() - to)
    }

    /// Whether one of the lines up to where `left` bytes are left has all the tabs of a row: no field holds so many.
    fn holds_row_of_tabs(&self, lines: &str, left: usize) -> bool {
        if self.shape.mark != b'\t' || !(3..usize::MAX).contains(&self.shape.count) {
            return false;
        }
        let mut rest = lines;
        while rest.len() > left {
            let line = first_line(rest);
            if line.matches('\t').count() + 1 >= self.shape.count {
                return true;
            }
            let after = rest.get(line.len()..).unwrap_or_default();
            rest = after.trim_start_matches(is_end);
        }
        false
    }

    /// What the quotation marks at `run` are.
    fn meaning(&self, walk: &mut Walk<'a>, run: &Range<usize>, column: usize) -> Mark {
        let is_single = run.len() % 2 == 1;
        let after = walk.text.get(run.end..).unwrap_or_default();
        let ends_line = after.is_empty() || after.starts_with(is_end);
        let follows = after.strip_prefix(char::from(self.shape.mark));
        if (is_single || walk.is_inside) && (ends_line || follows.is_some()) {
            let follows = follows.unwrap_or_default();
            let was_inside = std::mem::take(&mut walk.is_inside);
            // A quotation inside of another line ends there, and that line is another row's as likely.
            if was_inside && is_single && walk.line.is_some() {
                return Mark::Words;
            }
            let ends = ends_line || self.is_odd || self.goes_well(follows, column, was_inside);
            return if ends { Mark::End } else { Mark::MayEnd };
        }
        if !is_single {
            return Mark::Words;
        }
        walk.is_odd = true;
        let before = walk.text.get(..run.start).unwrap_or_default();
        let before = before.chars().next_back();
        let mark = char::from(self.shape.mark);
        let is_here = walk.is_here;
        let line = walk
            .unasked
            .take_if(|line| !is_here && (*line == run.start || before == Some(mark)));
        let line = line.and_then(|line| walk.text.get(line..));
        if line.is_some_and(|line| self.is_row(first_line(line))) {
            return Mark::Another;
        }
        let may_open = |c: char| !c.is_alphanumeric() && !".,;:?!…".contains(c);
        let opens = !after.starts_with(char::is_whitespace) && before.is_none_or(may_open);
        walk.is_inside = opens && !walk.is_inside;
        Mark::Words
    }

    /// Whether what follows a field and a mark is one more field, so that the field was one.
    fn goes_well(&self, follows: &str, column: usize, was_inside: bool) -> bool {
        let mark = char::from(self.shape.mark);
        let end = follows.find(|c: char| c == '"' || is_end(c));
        let (before, rest) = end
            .and_then(|end| follows.split_at_checked(end))
            .unwrap_or((follows, ""));
        if rest.starts_with('"') {
            return before.is_empty() || before.ends_with(mark);
        }
        let needed = self.shape.count.saturating_sub(column + 1);
        !was_inside || before.matches(mark).count() + 1 == needed
    }

    /// Whether a line inside of a field is a row of its own: it is one by the letter, or its words begin with a quotation mark.
    fn is_row(&self, line: &str) -> bool {
        let mark = char::from(self.shape.mark);
        let (mut rest, mut column) = (line, 0);
        loop {
            if column == self.shape.words && column > 0 && opens(rest, mark) {
                return true;
            }
            let Some(after) = after_field(rest, mark) else {
                return false;
            };
            column += 1;
            match after.strip_prefix(mark) {
                Some(next) => rest = next,
                None => return column == self.shape.count,
            }
        }
    }
}

impl<'a> Walk<'a> {
    /// A walk from the mark that `text` begins with.
    fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 1,
            marks: 1,
            field: String::new(),
            line: None,
            unasked: None,
            is_odd: false,
            is_inside: false,
            spare: None,
            is_here: false,
        }
    }

    /// The next quotation marks beside each other; none at the text's end.
    fn next_marks(&self) -> Range<usize> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let start = rest.find('"').unwrap_or(rest.len());
        let marks = rest.bytes().skip(start).take_while(|&byte| byte == b'"');
        let start = self.at + start;
        start..start + marks.count()
    }

    /// Takes the words up to `to`.
    fn take(&mut self, to: usize) {
        self.field += self.text.get(self.at..to).unwrap_or_default();
        self.at = to;
    }

    /// Takes quotation marks as words: two are one, and one alone is one as well.
    fn read(&mut self, run: &Range<usize>) {
        self.field
            .extend(std::iter::repeat_n('"', run.len().div_ceil(2)));
        self.marks += run.len();
        self.at = run.end;
    }

    /// The field, if the last of `marks` is its end.
    fn ended(&self, marks: usize) -> String {
        self.field.clone() + &"\"".repeat(marks / 2)
    }

    /// Keeps the first field that may be the whole; one on a later line goes before.
    fn keep(&mut self, run: &Range<usize>) {
        if self.spare.is_none() || self.line.is_some() && !self.is_here {
            self.spare = Some((self.ended(run.len()), run.end));
        }
        self.is_here = true;
    }
}

fn is_line_end(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

fn is_end(c: char) -> bool {
    c == '\n' || c == '\r'
}

/// A text up to its first line end.
fn first_line(text: &str) -> &str {
    text.split(is_end).next().unwrap_or_default()
}

/// Whether a field begins with a quotation mark that opens it: what follows is neither its end nor a doubled one.
fn opens(field: &str, mark: char) -> bool {
    let rest = field.trim_start_matches('"');
    (field.len() - rest.len()) % 2 == 1 && !rest.is_empty() && !rest.starts_with(mark)
}

/// What follows the field that a line begins with; none where its quotation marks are not doubled or not closed.
fn after_field(line: &str, mark: char) -> Option<&str> {
    let Some(mut rest) = line.strip_prefix('"') else {
        let end = line.find(mark).unwrap_or(line.len());
        return line.get(end..);
    };
    loop {
        rest = rest.get(rest.find('"')?..)?;
        let after = rest.trim_start_matches('"');
        if (rest.len() - after.len()) % 2 == 1 {
            return (after.is_empty() || after.starts_with(mark)).then_some(after);
        }
        rest = after;
    }
}

impl Row {
    /// Makes as many fields as the head has of more: words that are the last field hold marks of their own, as they stand in
    /// `last`. Empty ones at the end are none.
    fn fit(&mut self, shape: Shape, last: &str) {
        let more = self.fields.get(shape.count..).unwrap_or_default();
        let is_more = more.iter().any(|field| !field.trim().is_empty());
        if is_more && shape.words + 1 == shape.count {
            self.fields.truncate(shape.words);
            self.fields.push(last.to_owned());
        } else if is_more {
            self.is_wide = true;
        } else {
            self.fields.truncate(shape.count);
        }
    }
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        if self.rest.is_empty() {
            return None;
        }
        let mut row = Row {
            line: self.line,
            ..Row::default()
        };
        (self.is_text, self.is_odd) = (false, false);
        let begin = self.rest;
        let mut last = begin;
        loop {
            if row.fields.len() + 1 == self.shape.count {
                last = self.rest;
            }
            let (field, ended) = self.field(&mut row);
            row.fields.push(field);
            if ended {
                break;
            }
        }
        let read = begin.get(..begin.len() - self.rest.len());
        self.line = self
            .line
            .saturating_add(line_ends(read.unwrap_or_default()));
        let last = last.get(..last.len() - self.rest.len());
        row.fit(self.shape, last.unwrap_or_default());
        Some(row)
    }
}

/// How many lines end in a text.
fn line_ends(text: &str) -> u32 {
    let pairs = text.matches("\r\n").count();
    let ends = text.bytes().filter(|&byte| is_line_end(byte)).count();
    u32::try_from(ends - pairs).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of a table of `count` columns whose words are the column `words`; fields are parted by `|`.
    fn rows(text: &str, count: usize, words: usize) -> Vec<String> {
        let shape = Shape {
            mark: if text.contains('\t') { b'\t' } else { b',' },
            count,
            words,
        };
        let shown = |row: Row| {
            let odd = [row.is_unclosed, row.is_long, row.is_wide];
            let odd = odd.iter().zip(["unclosed", "long", "wide"]);
            let odd: String = odd
                .filter(|(is, _)| **is)
                .map(|(_, what)| format!(" {what}"))
                .collect();
            let fields: Vec<&str> = row.fields.iter().map(|field| field.trim_end()).collect();
            format!("{}{odd}: {}", row.line, fields.join("|"))
        };
        Rows::new(text, shape).map(shown).collect()
    }

    #[test]
    fn a_sound_table_is_read_by_the_letter() {
        let text = "Ada,\"Two\r\nlines, \"\"so\"\".\"\r\n\"Bo\",\"\"\r\nCy,\"\"\"Yes,\"\" he said.\"\r\nDi,\"One,\n\nBo,\"\"two\"\",\nthree,\"";
        assert_eq!(
            rows(text, 2, 1),
            [
                "1: Ada|Two\r\nlines, \"so\".",
                "3: Bo|",
                "4: Cy|\"Yes,\" he said.",
                "5: Di|One,\n\nBo,\"two\",\nthree,"
            ]
        );
        let text = "Ada,\"Yes.\",3,\"a, b\",\"note\nmore, of it\"\nBo,No.,4,,\n";
        assert_eq!(
            rows(text, 5, 1),
            ["1: Ada|Yes.|3|a, b|note\nmore, of it", "3: Bo|No.|4||"]
        );
        // More or fewer fields than the head change nothing of where fields end.
        assert_eq!(
            rows("Ada,\"Yes.\",3,\"a, b\",5\nBo,\"No.\",\"x\"\n", 4, 1),
            ["1 wide: Ada|Yes.|3|a, b|5", "2: Bo|No.|x"]
        );
    }

    #[test]
    fn a_field_that_is_never_closed_ends_with_its_line() {
        let text = "Ada,\"Good morning.\nBo,\"We lost, and I resign.\"\nCy,\"Thank you.\"\n";
        let expected = [
            "1 unclosed: Ada|\"Good morning.",
            "2: Bo|We lost, and I resign.",
            "3: Cy|Thank you.",
        ];
        assert_eq!(rows(text, 2, 1), expected);
        let quoted = text.replace("Ada", "\"Ada\"").replace("Bo", "\"Bo\"");
        assert_eq!(rows(&quoted, 2, 1), expected);
        let text = "Ada,\"Good, morning.,10:00\nBo,\"She said \"no\", and left.\",10:01\nCy,\"\nDi,Yes.,10:03";
        assert_eq!(
            rows(text, 3, 1),
            [
                "1 unclosed: Ada|\"Good, morning.|10:00",
                "2: Bo|She said \"no\", and left.|10:01",
                "3 unclosed: Cy|\"",
                "4: Di|Yes.|10:03",
            ]
        );
        let text = "Ada,\"Good morning.\nBo,He said \"go\", and \"no\"\nCy,\"Thank you.\"\n";
        assert_eq!(
            rows(text, 2, 1),
            [
                "1 unclosed: Ada|\"Good morning.",
                "2: Bo|He said \"go\", and \"no\"",
                "3: Cy|Thank you."
            ]
        );
        // What cannot be told is said.
        let text = "Ada,\"Good morning.\nBo,A 5\", and more.\n";
        assert!(rows(text, 2, 1)[0].starts_with("1 long: "));
        let text =
            "0\t1500\t\"Anvils fall.\n1500\t4000\tThey rise.\"\n4000\t5000\t\"Why?\" Bo asks.\n";
        assert_eq!(
            rows(text, 3, 2),
            [
                "1 unclosed: 0|1500|\"Anvils fall.",
                "2: 1500|4000|They rise.\"",
                "3: 4000|5000|\"Why?\" Bo asks."
            ]
        );
    }

    #[test]
    fn marks_that_are_not_doubled_lose_no_words() {
        let text = "Ada,\"She said \"hello\", and left.\"\nBo,\"A 5\" pipe, and more.\"\nCy,\"\"Well,\" she said.\"\nDi,\"I said \"go\"\"\n\
                    Ed,\"He said \"go\", and\nleft \"us\", all.\"\nFay,\"A 5\", and more.\"\n";
        assert_eq!(
            rows(text, 2, 1),
            [
                "1: Ada|She said \"hello\", and left.",
                "2: Bo|A 5\" pipe, and more.",
                "3: Cy|\"Well,\" she said.",
                "4: Di|I said \"go\"",
                "5 long: Ed|He said \"go\", and\nleft \"us\", all.",
                "7: Fay|A 5\", and more.",
            ]
        );
        assert_eq!(
            rows(
                "\"She said \"hello\", and left.\",Ada,3\n\"Well\",Bo,4\n",
                3,
                0
            ),
            ["1: She said \"hello\", and left.|Ada|3", "2: Well|Bo|4"]
        );
    }

    #[test]
    fn fields_beyond_the_head_are_words_where_words_are_last() {
        let text = "Ada,Well, yes,  we \"did\".\nBo,\"Yes.\",and no\nCy,So.,, \n";
        assert_eq!(
            rows(text, 2, 1),
            [
                "1: Ada|Well, yes,  we \"did\".",
                "2: Bo|\"Yes.\",and no",
                "3: Cy|So."
            ]
        );
        assert_eq!(
            rows("Well, yes,Ada\nNo,Bo,,\n", 2, 0),
            ["1 wide: Well| yes|Ada", "2: No|Bo"]
        );
    }

    #[test]
    fn odd_tables_are_read_in_the_time_of_sound_ones() {
        let start = std::time::Instant::now();
        for row in [
            "Ada,\"x\"y\n",
            "\"a \"b\",c\n",
            "a,\"x\"y,\"z\n",
            "\"a\n",
            "a,\"b\" c,\"d\",\"",
            "\"\"\"a,",
            "\"a \"b\",c,\"d \"e\"f,",
        ] {
            for (count, words) in [(2, 1), (3, 0), (3, 2)] {
                let text = row.repeat((2 << 20) / row.len());
                assert!(
                    Rows::new(
                        &text,
                        Shape {
                            mark: b',',
                            count,
                            words
                        }
                    )
                    .count()
                        > 0
                );
            }
        }
        assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    }
}
