//! Token ids to token states: the layers of BERT over texts one after the other, without padding.
//!
//! **Source**: Devlin et al. 2019, arXiv:1810.04805; the layers are those of Vaswani et al. 2017,
//! arXiv:1706.03762, §3, normalised after each part.

#![expect(
    clippy::inline_always,
    reason = "what is not inlined into a tier's entry is not compiled for the tier"
)]

use super::super::kernels::math::{Norm, layer_norm, load_pair, softmax, store_pair};
use super::super::kernels::{BLOCK, Buffer, Kernel, Left, PANEL, Task};
use super::shape::Shape;
use super::weights::{Layer, Linear, Weights};

/// Memory that forward passes of one thread use again and again.
#[derive(Default)]
pub(in crate::embed) struct Scratch {
    /// `(tokens, hidden)`: words with positions at first, then each layer's result.
    pub(super) states: Buffer<f32>,
    /// `states` as an operand.
    operand: Buffer<u32>,
    /// Queries, keys and values of all heads, `(tokens, 3 × heads)`.
    attend: Buffer<u32>,
    /// What the heads found, `(tokens, heads)`.
    found: Buffer<u32>,
    /// `(tokens, intermediate)`.
    wide: Buffer<u32>,
    /// One product's result.
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

/// No tier's product has more rows.
const MOST_ROWS: usize = 64;

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
        scratch.normalise(k, &shape, tokens, self.weights.norm());
        for layer in self.weights.layers() {
            layer_pass(k, &shape, &layer, self.lengths, scratch);
        }
    }
}

impl Scratch {
    /// Room for so many tokens, and for the longest text among them. Rows are read and written in
    /// whole blocks, also after the last token.
    fn reserve<K: Kernel>(&mut self, shape: &Shape, tokens: usize, longest: usize) {
        let rows = tokens.next_multiple_of(BLOCK) + K::ROWS.next_multiple_of(BLOCK);
        let operand = |numbers| rows * Shape::stride(numbers, K::DEPTH);
        self.states.grow(tokens * shape.hidden);
        self.operand.grow(operand(shape.hidden));
        self.attend.grow(operand(3 * shape.heads_width()));
        self.found.grow(operand(shape.heads_width()));
        self.wide.grow(operand(shape.intermediate));
        let block = K::ROWS.next_multiple_of(BLOCK);
        self.tile.grow(block * PANEL);
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
        let to = Residual {
            states: &mut self.states,
            hidden: shape.hidden,
        };
        linear(k, found, &layer.join, &mut self.tile, to);
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
        let to = Residual {
            states: &mut self.states,
            hidden: shape.hidden,
        };
        linear(k, wide, &layer.narrow, &mut self.tile, to);
    }

    /// Normalises every token's state, and makes it an operand.
    #[inline(always)]
    fn normalise<K: Kernel>(&mut self, k: K, shape: &Shape, tokens: usize, norm: Norm<'_>) {
        let stride = Shape::stride(shape.hidden, K::DEPTH);
        let rows = self.states.chunks_exact_mut(shape.hidden).take(tokens);
        for (row, operand) in rows.zip(self.operand.chunks_exact_mut(stride)) {
            layer_norm(k, row, norm, operand);
        }
    }
}

#[inline(always)]
fn layer_pass<K: Kernel>(
    k: K,
    shape: &Shape,
    layer: &Layer<'_>,
    lengths: &[usize],
    scratch: &mut Scratch,
) {
    let count = lengths.iter().sum();
    scratch.attend(k, shape, layer, lengths);
    scratch.normalise(k, shape, count, layer.join_norm);
    scratch.feed(k, shape, layer, count);
    scratch.normalise(k, shape, count, layer.narrow_norm);
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

/// They are added to the states that went around the map.
struct Residual<'a> {
    states: &'a mut [f32],
    hidden: usize,
}

impl Sink for Residual<'_> {
    #[inline(always)]
    fn put<K: Kernel>(&mut self, k: K, row: usize, column: usize, pair: [K::V; 2]) {
        let states = &mut self.states[row * self.hidden + column..];
        let before = load_pair(k, states);
        store_pair(
            k,
            states,
            [k.add(before[0], pair[0]), k.add(before[1], pair[1])],
        );
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
/// A panel stays in the cache while all rows pass by.
#[inline(always)]
fn linear<K: Kernel>(
    k: K,
    rows: Rows<'_>,
    map: &Linear<'_>,
    tile: &mut [f32],
    mut sink: impl Sink,
) {
    let panels = map.panels.chunks_exact(map.depth * PANEL);
    for (index, (panel, bias)) in panels.zip(map.bias.chunks_exact(PANEL)).enumerate() {
        for first in (0..rows.count).step_by(K::ROWS) {
            let block = rows.block::<K>(first, map.depth);
            k.product(block, panel, tile, PANEL);
            for (row, sums) in tile.chunks_exact(PANEL).take(block.rows).enumerate() {
                for column in (0..PANEL).step_by(2 * K::WIDTH) {
                    let (sums, bias) =
                        (load_pair(k, &sums[column..]), load_pair(k, &bias[column..]));
                    let pair = [k.add(sums[0], bias[0]), k.add(sums[1], bias[1])];
                    sink.put(k, first + row, index * PANEL + column, pair);
                }
            }
        }
    }
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
            k.product(block, panel, &mut scratch.scores[column * PANEL..], keys);
        }
        let weights_stride = Shape::stride(keys, K::DEPTH);
        let mut shares = [0.0; MOST_ROWS];
        let scores = scratch.scores.chunks_exact_mut(keys);
        let rows = scores.zip(scratch.weights.chunks_exact_mut(weights_stride));
        for ((scores, weights), share) in rows.zip(&mut shares).take(block.rows) {
            *share = softmax(k, scores, head.length, &mut weights[..keys / K::DEPTH]);
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
            k.product(weights, panel, &mut scratch.scores, PANEL);
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
