//! The rows of a table: fields between marks, with and without quotation marks around them.
//!
//! In: a text, and what its head says of its columns. Out: rows, each with its line and with what was odd about it. A row
//! that is sound is read by the letter: a field's quotation marks are doubled inside and it is closed. Any other is its line:
//! the fields before the words are counted from the left, those behind them from the right, and the words are all between. This
//! file knows no columns by name.
//!
//! **Source**: RFC 4180, §2, rules 5 to 7, for what is sound.

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
    /// Whether words with marks that are not doubled go on over their line's end.
    pub(super) is_long: bool,
    /// Whether it has more fields than the head, and they are no part of its words.
    pub(super) is_wide: bool,
}

/// The rows of a table.
pub(super) struct Rows<'a> {
    rest: &'a str,
    shape: Shape,
    line: u32,
}

impl<'a> Rows<'a> {
    pub(super) fn new(text: &'a str, shape: Shape) -> Self {
        Self {
            rest: text.trim_start_matches('\u{FEFF}'),
            shape,
            line: 1,
        }
    }
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        if self.rest.is_empty() {
            return None;
        }
        let sound = self.shape.sound(self.rest);
        let (row, after) = sound.unwrap_or_else(|| self.shape.line(self.rest));
        let read = self.rest.len() - after.len();
        let line = self.line;
        let lines = line_ends(self.rest.get(..read).unwrap_or_default());
        self.line = line.saturating_add(lines);
        self.rest = after;
        Some(Row { line, ..row })
    }
}

impl Shape {
    fn mark(self) -> char {
        char::from(self.mark)
    }

    /// The row at the start of a text, and what follows it, where it is sound. Empty fields beyond those of the head are none.
    fn sound(self, text: &str) -> Option<(Row, &str)> {
        let (mut row, mut rest) = (Row::default(), text);
        let ends = |c: char| c == self.mark() || is_end(c);
        let after = loop {
            let (field, after) = if let Some(open) = rest.strip_prefix('"') {
                closed(open)?
            } else {
                let (field, after) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
                (field.to_owned(), after)
            };
            if !(after.is_empty() || after.starts_with(ends)) || self.holds_row(&field) {
                return None;
            }
            row.fields.push(field);
            match after.strip_prefix(self.mark()) {
                Some(next) => rest = next,
                None => break after,
            }
        };
        let more = row.fields.get(self.count..).unwrap_or_default();
        row.is_wide = more.iter().any(|field| !field.trim().is_empty());
        if row.is_wide && self.words + 1 == self.count {
            return None;
        }
        if !row.is_wide {
            row.fields.truncate(self.count);
        }
        Some((row, without_line_end(after)))
    }

    /// Whether a line inside of a field has all the tabs of a row: no field holds so many.
    fn holds_row(self, field: &str) -> bool {
        self.has_tabs() && field.split(is_end).skip(1).any(|line| self.has_marks(line))
    }

    fn has_tabs(self) -> bool {
        self.mark == b'\t' && (3..usize::MAX).contains(&self.count)
    }

    fn has_marks(self, line: &str) -> bool {
        line.matches(self.mark()).count() + 1 >= self.count
    }

    /// The row on the line at the start of a text, and what follows it. Words in which a quotation mark is open go on until
    /// it is closed, or another row begins.
    fn line(self, text: &str) -> (Row, &str) {
        let (line, mut after) = split_line(text);
        let [before, words, behind] = self.fields(line);
        let mut words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        let mut row = Row::default();
        if let [words] = words.as_mut_slice() {
            let is_closed = words.len() > 1 && words.ends_with('"');
            row.is_unclosed = words.starts_with('"') && is_open(words) && !is_closed;
            while row.is_unclosed && !after.is_empty() {
                let (next, following) = split_line(after);
                if self.is_row(next) {
                    break;
                }
                words.push('\n');
                words.push_str(next);
                (row.is_unclosed, row.is_long) = (!is_open(next), true);
                after = following;
            }
        }
        let before = before.into_iter().chain(words.iter().map(String::as_str));
        let fields = before.chain(behind.into_iter().rev());
        row.fields = fields.map(unquoted).collect();
        (row, after)
    }

    /// The fields of a line before the words, the words where there are such, and the fields behind them from the last to the first.
    fn fields(self, line: &str) -> [Vec<&str>; 3] {
        let (mut before, mut behind) = (Vec::new(), Vec::new());
        let mut rest = line;
        while before.len() < self.words {
            let end = quoted_end(rest).filter(|end| {
                let after = rest.get(*end..).unwrap_or_default();
                after.starts_with(self.mark())
            });
            let Some(end) = end.or_else(|| rest.find(self.mark())) else {
                before.push(rest);
                return [before, Vec::new(), behind];
            };
            before.push(rest.get(..end).unwrap_or_default());
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        while self.words + behind.len() + 1 < self.count {
            let quoted = [self.mark(), '"'].iter().collect::<String>();
            let at = rest.ends_with('"').then(|| rest.rfind(&quoted)).flatten();
            let Some(at) = at.or_else(|| rest.rfind(self.mark())) else {
                break;
            };
            behind.push(rest.get(at + 1..).unwrap_or_default());
            rest = rest.get(..at).unwrap_or_default();
        }
        [before, vec![rest], behind]
    }

    /// Whether a line below words in which a quotation mark is open is a row of its own: it has all its marks, and closes what it
    /// opens or opens its own words.
    fn is_row(self, line: &str) -> bool {
        let [_, words, _] = self.fields(line);
        let opens = |words: &&str| words.starts_with('"');
        self.has_marks(line)
            && (self.has_tabs() || !is_open(line) || words.first().is_some_and(opens))
    }
}

/// The field that a text goes on with behind its opening mark, and what follows the closing one.
fn closed(open: &str) -> Option<(String, &str)> {
    let (mut field, mut rest) = (String::new(), open);
    loop {
        let (words, after) = rest.split_once('"')?;
        field += words;
        match after.strip_prefix('"') {
            Some(next) => {
                field.push('"');
                rest = next;
            }
            None => return Some((field, after)),
        }
    }
}

/// Where a quoted field at the start of a line ends.
fn quoted_end(line: &str) -> Option<usize> {
    let (_, after) = closed(line.strip_prefix('"')?)?;
    Some(line.len() - after.len())
}

/// A field without the quotation marks about it; inside, two are one.
fn unquoted(field: &str) -> String {
    let inner = field
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inner.map_or_else(|| field.to_owned(), |inner| inner.replace("\"\"", "\""))
}

/// Whether a quotation mark in a text has none that closes it.
fn is_open(text: &str) -> bool {
    text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1
}

fn is_end(c: char) -> bool {
    c == '\n' || c == '\r'
}

/// The first line of a text, and the text below it.
fn split_line(text: &str) -> (&str, &str) {
    let (line, after) = text.split_at(text.find(is_end).unwrap_or(text.len()));
    (line, without_line_end(after))
}

/// What follows the line end that a text begins with.
fn without_line_end(text: &str) -> &str {
    let after = text.strip_prefix("\r\n");
    after.or_else(|| text.strip_prefix(is_end)).unwrap_or(text)
}

/// How many lines end in a text.
fn line_ends(text: &str) -> u32 {
    let pairs = text.matches("\r\n").count();
    let ends = text.matches(is_end).count();
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
