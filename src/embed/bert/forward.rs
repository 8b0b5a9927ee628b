//! Token ids to token states: the layers of BERT over texts one after the other, without padding.
//!
//! **Source**: Devlin et al. 2019, arXiv:1810.04805; the layers are those of Vaswani et al. 2017,
//! arXiv:1706.03762, §3, normalised after each part.

#![expect(
    clippy::inline_always,
    reason = "what is not inlined into a tier's entry is not compiled for the tier"
)]

use super::super::kernels::math::{Norm, layer_norm, load_pair, softmax};
use super::super::kernels::{BLOCK, Buffer, Kernel, Left, Meanwhile, PANEL, Panel, Sums, Task};
use super::shape::Shape;
use super::weights::{Layer, Linear, Weights};

/// Memory that forward passes of one thread use again and again.
#[derive(Default)]
pub(in crate::embed) struct Scratch {
    /// `(tokens, hidden)`: words with positions at first, the result at last.
    pub(super) states: Buffer<f32>,
    /// States that go around a map, with its bias: what it gives is added to them. `(hidden / PANEL, rows, PANEL)`, so
    /// that a product's sums stand together.
    around: Buffer<f32>,
    /// No bias.
    nothing: Buffer<f32>,
    /// States as an operand.
    operand: Buffer<u32>,
    /// Queries, keys and values of all heads, `(tokens, 3 × heads)`.
    attend: Buffer<u32>,
    /// What the heads found, `(tokens, heads)`.
    found: Buffer<u32>,
    /// `(tokens, intermediate)`.
    wide: Buffer<u32>,
    /// Two products' results.
    tile: Buffer<f32>,
    head: ForHead,
}

/// What one head needs for one text.
#[derive(Default)]
struct ForHead {
    /// Keys as columns: panels of `(head in lanes, PANEL)`.
    keys: Buffer<u32>,
    /// Values as rows: panels of `(keys in lanes, PANEL)`.
    values: Buffer<u32>,
    scores: Buffer<f32>,
    weights: Buffer<u32>,
}

/// Lanes of what will be multiplied soon that a product asks for with each lane of its depth, at most.
const SOON: usize = 3;
/// No tier's product has more rows.
const MOST_ROWS: usize = 64;
/// Lanes of a deep panel that are multiplied at a time: 24 KiB stay in the nearest cache.
const PART: usize = 192;

/// A pass over texts whose words and positions stand in `scratch.states`.
pub(super) struct Forward<'a> {
    pub(super) weights: &'a Weights,
    /// Tokens of each text.
    pub(super) lengths: &'a [usize],
    pub(super) scratch: &'a mut Scratch,
}

impl Task for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel>(self, k: K) {
        let shape = self.weights.shape;
        let tokens: usize = self.lengths.iter().sum();
        let scratch = self.scratch;
        scratch.reserve::<K>(
            &shape,
            tokens,
            self.lengths.iter().copied().max().unwrap_or(0),
        );
        let apart = scratch.around.len() / (shape.hidden / PANEL);
        let rows = scratch.states.chunks_exact(shape.hidden).take(tokens);
        for (number, row) in rows.enumerate() {
            for (index, part) in row.chunks_exact(PANEL).enumerate() {
                scratch.around[index * apart + number * PANEL..][..PANEL].copy_from_slice(part);
            }
        }
        let mut layers = self.weights.layers().peekable();
        let next = layers.peek().map(|layer| layer.join.bias);
        scratch.normalise(k, tokens, self.weights.norm(), next);
        while let Some(layer) = layers.next() {
            scratch.attend(k, &shape, &layer, self.lengths);
            scratch.normalise(k, tokens, layer.join_norm, Some(layer.narrow.bias));
            scratch.feed(k, &shape, &layer, tokens);
            let next = layers.peek().map(|layer| layer.join.bias);
            scratch.normalise(k, tokens, layer.narrow_norm, next);
        }
        let rows = scratch.states.chunks_exact_mut(shape.hidden).take(tokens);
        for (number, row) in rows.enumerate() {
            for (index, part) in row.chunks_exact_mut(PANEL).enumerate() {
                part.copy_from_slice(&scratch.around[index * apart + number * PANEL..][..PANEL]);
            }
        }
    }
}

impl Scratch {
    /// Room for so many tokens, and for the longest text among them. Rows are read and written in
    /// whole blocks, also after the last token.
    fn reserve<K: Kernel>(&mut self, shape: &Shape, tokens: usize, longest: usize) {
        let rows = tokens.next_multiple_of(BLOCK) + K::ROWS.next_multiple_of(BLOCK);
        let operand = |numbers| rows * Shape::stride(numbers, K::DEPTH);
        self.around.grow(rows * shape.hidden);
        self.nothing.grow(shape.hidden);
        self.operand.grow(operand(shape.hidden));
        self.attend.grow(operand(3 * shape.heads_width()));
        self.found.grow(operand(shape.heads_width()));
        self.wide.grow(operand(shape.intermediate));
        let block = K::ROWS.next_multiple_of(BLOCK);
        self.tile.grow(2 * block * PANEL);
        let keys = longest.next_multiple_of(PANEL);
        self.head.keys.grow(keys * shape.head_width() / K::DEPTH);
        self.head.values.grow(keys * shape.head_width() / K::DEPTH);
        self.head.scores.grow(block * keys);
        self.head
            .weights
            .grow(block * Shape::stride(keys, K::DEPTH));
    }

    /// Adds to every token's state what its heads find.
    #[inline(always)]
    fn attend<K: Kernel>(&mut self, k: K, shape: &Shape, layer: &Layer<'_>, lengths: &[usize]) {
        let count = lengths.iter().sum();
        let stride = Shape::stride(shape.hidden, K::DEPTH);
        let attend_stride = Shape::stride(3 * shape.heads_width(), K::DEPTH);
        let found_stride = Shape::stride(shape.heads_width(), K::DEPTH);
        let states = Rows {
            lanes: &self.operand,
            stride,
            count,
        };
        let to = Operand {
            lanes: &mut self.attend,
            stride: attend_stride,
        };
        linear(k, states, &layer.attend, &mut self.tile, to);
        let mut first = 0;
        for &length in lengths {
            let text = &self.attend[first * attend_stride..];
            let found = &mut self.found[first * found_stride..];
            for index in 0..shape.heads {
                let head = Head {
                    index,
                    length,
                    text,
                };
                attention(k, shape, &head, found, &mut self.head);
            }
            first += length;
        }
        let found = Rows {
            lanes: &self.found,
            stride: found_stride,
            count,
        };
        linear_onto(k, found, &layer.join, &mut self.around);
    }

    /// Adds to every token's state what the feed-forward part makes of it.
    #[inline(always)]
    fn feed<K: Kernel>(&mut self, k: K, shape: &Shape, layer: &Layer<'_>, count: usize) {
        let wide_stride = Shape::stride(shape.intermediate, K::DEPTH);
        let states = Rows {
            lanes: &self.operand,
            stride: Shape::stride(shape.hidden, K::DEPTH),
            count,
        };
        let to = Activated(Operand {
            lanes: &mut self.wide,
            stride: wide_stride,
        });
        linear(k, states, &layer.widen, &mut self.tile, to);
        let wide = Rows {
            lanes: &self.wide,
            stride: wide_stride,
            count,
        };
        linear_onto(k, wide, &layer.narrow, &mut self.around);
    }

    /// Normalises every token's state, and makes it an operand; the bias of the map that it goes around is added.
    #[inline(always)]
    fn normalise<K: Kernel>(&mut self, k: K, tokens: usize, norm: Norm<'_>, bias: Option<&[f32]>) {
        let hidden = norm.scale.len();
        let apart = self.around.len() / (hidden / PANEL);
        let stride = Shape::stride(hidden, K::DEPTH);
        let bias = bias.unwrap_or(&self.nothing[..hidden]);
        let operands = self.operand.chunks_exact_mut(stride);
        for (row, operand) in operands.take(tokens).enumerate() {
            let row = &mut self.around[row * PANEL..];
            layer_norm(k, (row, apart), norm, bias, operand);
        }
    }
}

/// What becomes of the sums of a linear map, two vectors at a time.
trait Sink {
    /// `pair` belongs to `row`, from `column` on.
    fn put<K: Kernel>(&mut self, k: K, row: usize, column: usize, pair: [K::V; 2]);
}

/// They are the operand of the next product.
struct Operand<'a> {
    lanes: &'a mut [u32],
    stride: usize,
}

impl Sink for Operand<'_> {
    #[inline(always)]
    fn put<K: Kernel>(&mut self, k: K, row: usize, column: usize, pair: [K::V; 2]) {
        k.narrow(
            pair,
            &mut self.lanes[row * self.stride + column / K::DEPTH..],
        );
    }
}

/// They are, once activated.
struct Activated<'a>(Operand<'a>);

impl Sink for Activated<'_> {
    #[inline(always)]
    fn put<K: Kernel>(&mut self, k: K, row: usize, column: usize, pair: [K::V; 2]) {
        self.0
            .put(k, row, column, [k.gelu(pair[0]), k.gelu(pair[1])]);
    }
}

/// All rows of an operand.
#[derive(Clone, Copy)]
struct Rows<'a> {
    lanes: &'a [u32],
    stride: usize,
    count: usize,
}

impl<'a> Rows<'a> {
    #[inline(always)]
    fn all(self, depth: usize) -> Left<'a> {
        Left {
            lanes: self.lanes,
            stride: self.stride,
            rows: self.count,
            depth,
        }
    }

    /// The block that starts at `row`.
    #[inline(always)]
    fn block<K: Kernel>(self, row: usize, depth: usize) -> Left<'a> {
        Left {
            lanes: &self.lanes[row * self.stride..],
            stride: self.stride,
            rows: K::ROWS.min(self.count - row),
            depth,
        }
    }
}

/// Sums of products of all rows with all panels, and the bias, go to the sink.
///
/// A panel stays in the cache while all rows pass by. A block's sums go to the sink while the next block is
/// multiplied.
#[inline(always)]
fn linear<K: Kernel>(
    k: K,
    rows: Rows<'_>,
    map: &Linear<'_>,
    tile: &mut [f32],
    mut sink: impl Sink,
) {
    let panel_len = map.depth * PANEL;
    let blocks = rows.count.div_ceil(K::ROWS);
    let (mut to, sums) = tile.split_at_mut(tile.len() / 2);
    let mut done = Done {
        sums,
        bias: &map.bias[..PANEL],
        rows: 0..0,
        column: 0,
        sink: &mut sink,
    };
    for step in 0..map.panels.len() / panel_len * blocks {
        let (index, block) = (step / blocks, step % blocks);
        let (first, column) = (block * K::ROWS, index * PANEL);
        let left = rows.block::<K>(first, map.depth);
        let panel = first_of(&map.panels[index * panel_len..], map.depth, block);
        let sums = Sums {
            numbers: &mut *to,
            stride: PANEL,
            adds: false,
        };
        k.product(left, panel, sums, &mut done);
        std::mem::swap(&mut to, &mut done.sums);
        done.bias = &map.bias[column..column + PANEL];
        (done.rows, done.column) = (first..first + left.rows, column);
    }
    done.go(k, 0, 1);
}

/// A block's sums on their way to the sink.
struct Done<'a, S> {
    sums: &'a mut [f32],
    /// Of the panel.
    bias: &'a [f32],
    rows: std::ops::Range<usize>,
    column: usize,
    sink: &'a mut S,
}

impl<S: Sink> Meanwhile for Done<'_, S> {
    #[inline(always)]
    fn go<K: Kernel>(&mut self, k: K, part: usize, parts: usize) {
        let share = self.rows.len().div_ceil(parts);
        let (from, to) = (part * share, self.rows.len().min((part + 1) * share));
        for row in from..to {
            let sums = &self.sums[row * PANEL..];
            for at in (0..PANEL).step_by(2 * K::WIDTH) {
                let (sums, bias) = (load_pair(k, &sums[at..]), load_pair(k, &self.bias[at..]));
                let pair = [k.add(sums[0], bias[0]), k.add(sums[1], bias[1])];
                self.sink
                    .put(k, self.rows.start + row, self.column + at, pair);
            }
        }
    }
}

/// The first of `panels`, of so many lanes of depth, for the product with a block of rows; what the blocks before
/// have not asked for of the next is asked for.
#[inline(always)]
fn first_of(panels: &[u32], depth: usize, block: usize) -> Panel<'_> {
    let (lanes, next) = panels.split_at(depth * PANEL);
    let soon = next.get(block * depth * SOON..).unwrap_or_default();
    Panel { lanes, soon }
}

/// Sums of products of all rows with all panels are added to the states that go around the map.
///
/// Of a deep panel a part stays in the cache while all rows pass by, then the next.
#[inline(always)]
fn linear_onto<K: Kernel>(k: K, rows: Rows<'_>, map: &Linear<'_>, around: &mut [f32]) {
    let blocks = rows.count.div_ceil(K::ROWS);
    let panels = map.bias.len() / PANEL;
    let apart = around.len() / panels;
    let mut left = map.panels;
    for index in 0..panels {
        for from in (0..map.depth).step_by(PART) {
            let depth = PART.min(map.depth - from);
            let lanes = &rows.lanes[from..];
            let rows = Rows { lanes, ..rows };
            for block in 0..blocks {
                let first = block * K::ROWS;
                let sums = Sums {
                    numbers: &mut around[index * apart + first * PANEL..(index + 1) * apart],
                    stride: PANEL,
                    adds: true,
                };
                let panel = first_of(left, depth, block);
                k.product(rows.block::<K>(first, depth), panel, sums, &mut ());
            }
            left = &left[depth * PANEL..];
        }
    }
}

/// A panel that no other follows.
#[inline(always)]
fn alone(lanes: &[u32]) -> Panel<'_> {
    Panel { lanes, soon: &[] }
}

/// One head's view of one text.
struct Head<'a> {
    index: usize,
    /// Tokens.
    length: usize,
    /// Queries, keys and values of all heads from the text's first token on.
    text: &'a [u32],
}

/// The three parts of a head's view.
#[derive(Clone, Copy)]
enum Part {
    Queries,
    Keys,
    Values,
}

impl<'a> Head<'a> {
    /// A part's rows, from the head's first lane on.
    #[inline(always)]
    fn part<K: Kernel>(&self, shape: &Shape, part: Part) -> Rows<'a> {
        let before = part as usize * shape.heads_width() + self.index * shape.head_width();
        Rows {
            lanes: &self.text[before / K::DEPTH..],
            stride: Shape::stride(3 * shape.heads_width(), K::DEPTH),
            count: self.length,
        }
    }
}

/// Every token looks at all tokens of its text.
#[inline(always)]
fn attention<K: Kernel>(
    k: K,
    shape: &Shape,
    head: &Head<'_>,
    found: &mut [u32],
    scratch: &mut ForHead,
) {
    let width = shape.head_width() / K::DEPTH;
    let keys = head.length.next_multiple_of(PANEL);
    k.columns(
        head.part::<K>(shape, Part::Keys).all(width),
        &mut scratch.keys,
    );
    let values = head.part::<K>(shape, Part::Values);
    let values_len = keys / K::DEPTH * PANEL;
    let panels = scratch.values.chunks_exact_mut(values_len);
    for (column, panel) in panels.take(shape.head_width() / PANEL).enumerate() {
        let lanes = &values.lanes[column * PANEL / K::DEPTH..];
        k.rows(Rows { lanes, ..values }.all(PANEL / K::DEPTH), panel);
    }
    let queries = head.part::<K>(shape, Part::Queries);
    let found_stride = Shape::stride(shape.heads_width(), K::DEPTH);
    for first in (0..head.length).step_by(K::ROWS) {
        let block = queries.block::<K>(first, width);
        let panels = scratch.keys.chunks_exact(width * PANEL);
        for (column, panel) in panels.take(keys / PANEL).enumerate() {
            let sums = Sums {
                numbers: &mut scratch.scores[column * PANEL..],
                stride: keys,
                adds: false,
            };
            k.product(block, alone(panel), sums, &mut ());
        }
        let weights_stride = Shape::stride(keys, K::DEPTH);
        let mut shares = [0.0; MOST_ROWS];
        let scores = scratch.scores.chunks_exact_mut(2 * keys);
        let rows = scores.zip(scratch.weights.chunks_exact_mut(2 * weights_stride));
        // Two rows at once, so that one's sums need not wait for the other's; a row past the last does no harm.
        let pairs = rows.zip(shares.chunks_exact_mut(2));
        for ((scores, weights), shares) in pairs.take(block.rows.div_ceil(2)) {
            let scores = scores.split_at_mut(keys);
            let weights = weights.split_at_mut(weights_stride);
            let weights = [weights.0, weights.1].map(|row| &mut row[..keys / K::DEPTH]);
            shares.copy_from_slice(&softmax(k, [scores.0, scores.1], head.length, weights));
        }
        let weights = Left {
            lanes: &scratch.weights,
            stride: weights_stride,
            rows: block.rows,
            depth: keys / K::DEPTH,
        };
        let panels = scratch.values.chunks_exact(values_len);
        for (column, panel) in panels.take(shape.head_width() / PANEL).enumerate() {
            // The scores have been read: the sums take their place.
            let sums = Sums {
                numbers: &mut scratch.scores,
                stride: PANEL,
                adds: false,
            };
            k.product(weights, alone(panel), sums, &mut ());
            let to = first * found_stride
                + (head.index * shape.head_width() + column * PANEL) / K::DEPTH;
            let to = Operand {
                lanes: &mut found[to..],
                stride: found_stride,
            };
            scaled(k, &scratch.scores, &shares[..block.rows], to);
        }
    }
}

/// Rows of one panel, each multiplied with its own number.
#[inline(always)]
fn scaled<K: Kernel>(k: K, rows: &[f32], factors: &[f32], mut sink: impl Sink) {
    for (row, (values, &factor)) in rows.chunks_exact(PANEL).zip(factors).enumerate() {
        for column in (0..PANEL).step_by(2 * K::WIDTH) {
            let (pair, factor) = (load_pair(k, &values[column..]), k.splat(factor));
            sink.put(
                k,
                row,
                column,
                [k.mul(pair[0], factor), k.mul(pair[1], factor)],
            );
        }
    }
}
