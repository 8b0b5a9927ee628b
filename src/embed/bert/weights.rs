//! The weights of a BERT as the kernels read them.

use super::super::kernels::{Buffer, Lanes, PANEL, math::Norm};
use super::shape::Shape;

/// Everything but the words' own rows.
pub(in crate::embed) struct Weights {
    pub(super) shape: Shape,
    /// Numbers of a lane.
    pub(super) depth: usize,
    /// The matrices of all layers, in panels; see [`Shape::matrices`].
    pub(in crate::embed) lanes: Lanes,
    /// See [`Shape::numbers`].
    pub(in crate::embed) numbers: Buffer<f32>,
}

/// A linear map: panels of its matrix, and its bias.
#[derive(Clone, Copy)]
pub(super) struct Linear<'a> {
    pub(super) panels: &'a [u32],
    /// Lanes.
    pub(super) depth: usize,
    pub(super) bias: &'a [f32],
}

/// One layer's weights.
pub(super) struct Layer<'a> {
    /// Queries, keys and values of all heads; queries are scaled so that scores come in units of log 2.
    pub(super) attend: Linear<'a>,
    pub(super) join: Linear<'a>,
    pub(super) join_norm: Norm<'a>,
    pub(super) widen: Linear<'a>,
    pub(super) narrow: Linear<'a>,
    pub(super) narrow_norm: Norm<'a>,
}

/// A model's tensors, by their names in the file.
pub(in crate::embed) trait Tensors {
    /// What can go wrong.
    type Error;
    /// A tensor's numbers, row-major, if it has this shape.
    fn tensor(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Self::Error>;
}

impl Weights {
    /// Of parts that were read; of the lengths that `shape` says.
    pub(in crate::embed) fn of(
        (shape, depth): (Shape, usize),
        lanes: Lanes,
        numbers: Buffer<f32>,
    ) -> Self {
        debug_assert_eq!(lanes.len(), shape.lanes(depth));
        debug_assert_eq!(numbers.len(), shape.numbers());
        Self {
            shape,
            depth,
            lanes,
            numbers,
        }
    }

    /// Packs a model's tensors.
    ///
    /// # Errors
    /// Those of the tensors.
    pub(in crate::embed) fn pack<T: Tensors>(
        shape: Shape,
        depth: usize,
        tensors: &T,
    ) -> Result<Self, T::Error> {
        let mut lanes = Buffer::zeroed(shape.lanes(depth));
        let mut numbers = Buffer::zeroed(shape.numbers());
        let (mut to_lanes, mut to_numbers) = (Writer(&mut lanes), Writer(&mut numbers));
        let hidden = shape.hidden;
        let types = tensors.tensor(
            "embeddings.token_type_embeddings.weight",
            &[shape.types, hidden],
        )?;
        let name = "embeddings.position_embeddings.weight";
        let mut positions = tensors.tensor(name, &[shape.positions, hidden])?;
        // Every token is of the first type: its row is part of the position's.
        for row in positions.chunks_exact_mut(hidden) {
            row.iter_mut()
                .zip(&types)
                .for_each(|(position, of_type)| *position += of_type);
        }
        to_numbers.put(&positions);
        for part in ["weight", "bias"] {
            to_numbers.put(&tensors.tensor(&format!("embeddings.LayerNorm.{part}"), &[hidden])?);
        }
        for index in 0..shape.layers {
            let layer = PackLayer {
                shape,
                depth,
                tensors,
                prefix: format!("encoder.layer.{index}"),
            };
            layer.pack(&mut to_lanes, &mut to_numbers)?;
        }
        Ok(Self::of((shape, depth), Lanes::Own(lanes), numbers))
    }

    /// The same with two `bf16` in a lane, from one `f32`.
    pub(in crate::embed) fn halved(self) -> Self {
        let mut lanes = Buffer::zeroed(self.lanes.len() / 2);
        // Panels stay what they are; two rows of one become one.
        let pairs = self.lanes.chunks_exact(2 * PANEL);
        for (pair, to) in pairs.zip(lanes.chunks_exact_mut(PANEL)) {
            let (first, second) = pair.split_at(PANEL);
            for ((lane, first), second) in to.iter_mut().zip(first).zip(second) {
                *lane = bf16(f32::from_bits(*first)) | bf16(f32::from_bits(*second)) << 16;
            }
        }
        Self {
            depth: 2,
            lanes: Lanes::Own(lanes),
            ..self
        }
    }

    /// The model's sizes.
    pub(in crate::embed) fn shape(&self) -> Shape {
        self.shape
    }

    /// Numbers in a lane.
    pub(in crate::embed) fn depth(&self) -> usize {
        self.depth
    }

    /// Row by row: what the position adds to a word.
    pub(super) fn positions(&self) -> &[f32] {
        self.numbers
            .get(..self.shape.positions * self.shape.hidden)
            .unwrap_or_default()
    }

    /// The normalisation before the first layer.
    pub(super) fn norm(&self) -> Norm<'_> {
        let mut numbers = Reader(&self.numbers);
        numbers.take(self.shape.positions * self.shape.hidden);
        numbers.norm(&self.shape)
    }

    /// The layers, first to last.
    pub(super) fn layers(&self) -> impl Iterator<Item = Layer<'_>> {
        let shape = &self.shape;
        let [attend, join, widen, narrow] = shape.matrices();
        let mut lanes = Reader(&self.lanes);
        let mut numbers = Reader(&self.numbers);
        numbers.take(shape.positions * shape.hidden + 2 * shape.hidden);
        (0..shape.layers).map(move |_| Layer {
            attend: lanes.linear(attend, self.depth, &mut numbers),
            join: lanes.linear(join, self.depth, &mut numbers),
            join_norm: numbers.norm(shape),
            widen: lanes.linear(widen, self.depth, &mut numbers),
            narrow: lanes.linear(narrow, self.depth, &mut numbers),
            narrow_norm: numbers.norm(shape),
        })
    }
}

/// Slices off the front.
struct Reader<'a, T>(&'a [T]);

impl<'a, T> Reader<'a, T> {
    fn take(&mut self, count: usize) -> &'a [T] {
        let (front, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        front
    }
}

impl<'a> Reader<'a, u32> {
    fn linear(
        &mut self,
        (columns, deep): (usize, usize),
        depth: usize,
        numbers: &mut Reader<'a, f32>,
    ) -> Linear<'a> {
        Linear {
            panels: self.take(columns * (deep / depth)),
            depth: deep / depth,
            bias: numbers.take(columns),
        }
    }
}

impl<'a> Reader<'a, f32> {
    fn norm(&mut self, shape: &Shape) -> Norm<'a> {
        Norm {
            scale: self.take(shape.hidden),
            shift: self.take(shape.hidden),
            epsilon: shape.epsilon,
        }
    }
}

/// Writes to the front.
struct Writer<'a, T>(&'a mut [T]);

impl<T: Copy> Writer<'_, T> {
    fn next(&mut self, count: usize) -> &mut [T] {
        let all = std::mem::take(&mut self.0);
        let (front, rest) = all.split_at_mut(count);
        self.0 = rest;
        front
    }

    fn put(&mut self, values: &[T]) {
        self.next(values.len()).copy_from_slice(values);
    }
}

/// Packs the next matrix: its columns and depth, and the number for each output and input.
type Matrix<'a> = dyn FnMut((usize, usize), &dyn Fn(usize, usize) -> f32) + 'a;

struct PackLayer<'a, T> {
    shape: Shape,
    depth: usize,
    tensors: &'a T,
    prefix: String,
}

impl<T: Tensors> PackLayer<'_, T> {
    fn tensor(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, T::Error> {
        self.tensors
            .tensor(&format!("{}.{name}", self.prefix), shape)
    }

    fn pack(
        &self,
        lanes: &mut Writer<'_, u32>,
        numbers: &mut Writer<'_, f32>,
    ) -> Result<(), T::Error> {
        let Shape {
            hidden,
            intermediate,
            ..
        } = self.shape;
        let [attend, join, widen, narrow] = self.shape.matrices();
        let mut matrix = |(columns, deep): (usize, usize), at: &dyn Fn(usize, usize) -> f32| {
            pack(
                self.depth,
                deep,
                lanes.next(columns * (deep / self.depth)),
                at,
            );
        };
        self.pack_attention(attend, &mut matrix, numbers)?;
        // The heads' own numbers, then zeros: a column of this matrix is one of a head's numbers.
        let (head, width) = (self.shape.head(), self.shape.head_width());
        let output = self.tensor("attention.output.dense.weight", &[hidden, hidden])?;
        matrix(join, &|row, column| {
            let inside = column % width;
            let taken = output.get(row * hidden + column / width * head + inside);
            if inside < head {
                taken.copied().unwrap_or_default()
            } else {
                0.0
            }
        });
        self.put(numbers, "attention.output.dense.bias", hidden)?;
        self.put(numbers, "attention.output.LayerNorm.weight", hidden)?;
        self.put(numbers, "attention.output.LayerNorm.bias", hidden)?;
        for (shape, name, rows, columns) in [
            (widen, "intermediate.dense", intermediate, hidden),
            (narrow, "output.dense", hidden, intermediate),
        ] {
            let values = self.tensor(&format!("{name}.weight"), &[rows, columns])?;
            matrix(shape, &|row, column| {
                values
                    .get(row * columns + column)
                    .copied()
                    .unwrap_or_default()
            });
            self.put(numbers, &format!("{name}.bias"), rows)?;
        }
        self.put(numbers, "output.LayerNorm.weight", hidden)?;
        self.put(numbers, "output.LayerNorm.bias", hidden)
    }

    fn put(&self, numbers: &mut Writer<'_, f32>, name: &str, len: usize) -> Result<(), T::Error> {
        numbers.put(&self.tensor(name, &[len])?);
        Ok(())
    }

    /// Queries, keys and values as one matrix, a head after the other, padded to whole panels.
    fn pack_attention(
        &self,
        shape: (usize, usize),
        matrix: &mut Matrix<'_>,
        numbers: &mut Writer<'_, f32>,
    ) -> Result<(), T::Error> {
        let Shape { hidden, .. } = self.shape;
        let (head, width) = (self.shape.head(), self.shape.head_width());
        let all = self.shape.heads_width();
        let mut parts = Vec::with_capacity(3);
        for part in ["query", "key", "value"] {
            let name = format!("attention.self.{part}");
            parts.push((
                self.tensor(&format!("{name}.weight"), &[hidden, hidden])?,
                self.tensor(&format!("{name}.bias"), &[hidden])?,
            ));
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "a head is far narrower than 2^24"
        )]
        let query_scale = std::f32::consts::LOG2_E / (head as f32).sqrt();
        // Which part, which of its rows, and by what it is scaled; none for padding.
        let source = |row: usize| {
            let (part, inside) = (row / all, row % all);
            let scale = if part == 0 { query_scale } else { 1.0 };
            (inside % width < head).then_some((part, inside / width * head + inside % width, scale))
        };
        matrix(shape, &|row, column| {
            source(row).map_or(0.0, |(part, row, scale)| {
                parts.get(part).map_or(0.0, |(weight, _)| {
                    scale
                        * weight
                            .get(row * hidden + column)
                            .copied()
                            .unwrap_or_default()
                })
            })
        });
        for (row, bias) in numbers.next(3 * all).iter_mut().enumerate() {
            *bias = source(row).map_or(0.0, |(part, row, scale)| {
                parts.get(part).map_or(0.0, |(_, bias)| {
                    scale * bias.get(row).copied().unwrap_or_default()
                })
            });
        }
        Ok(())
    }
}

/// Panels of the matrix whose number for an output `row` and an input `column` is `at(row, column)`.
fn pack(depth: usize, deep: usize, panels: &mut [u32], at: &dyn Fn(usize, usize) -> f32) {
    let panel_len = deep / depth * PANEL;
    for (panel, lanes) in panels.chunks_exact_mut(panel_len).enumerate() {
        for (index, lane) in lanes.iter_mut().enumerate() {
            let row = panel * PANEL + index % PANEL;
            let column = index / PANEL * depth;
            *lane = match depth {
                1 => at(row, column).to_bits(),
                _ => bf16(at(row, column)) | bf16(at(row, column + 1)) << 16,
            };
        }
    }
}

/// The nearest `bf16`, ties to even: the upper half of an `f32`'s bits.
fn bf16(value: f32) -> u32 {
    let bits = value.to_bits();
    (bits + 0x7fff + (bits >> 16 & 1)) >> 16
}
