//! A baseline JPEG writer (ITU-T T.81): no subsampling, one quantisation table, and flat Huffman
//! tables (each code of one length), which spares the lists of the standard's annex K.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use super::Picture;

/// The picture as a JPEG file.
pub(in crate::mail::sample) fn jpeg(picture: &Picture<'_>) -> Vec<u8> {
    let mut out = vec![0xFF, 0xD8];
    segment(&mut out, 0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    let mut table = vec![0];
    table.extend((0..64).map(quantum));
    segment(&mut out, 0xDB, &table);
    let (width, height) = (short(picture.width), short(picture.height));
    let mut frame = vec![8];
    frame.extend_from_slice(&height.to_be_bytes());
    frame.extend_from_slice(&width.to_be_bytes());
    frame.extend_from_slice(&[3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
    segment(&mut out, 0xC0, &frame);
    segment(&mut out, 0xC4, &huffman(0x00, 4, (0..12).collect()));
    segment(&mut out, 0xC4, &huffman(0x10, 8, ac_symbols()));
    segment(&mut out, 0xDA, &[3, 1, 0, 2, 0, 3, 0, 0, 63, 0]);
    let mut scan = Scan {
        out,
        pending: 0,
        filled: 0,
        cosines: cosines(),
    };
    let mut last = [0i32; 3];
    for top in (0..picture.height).step_by(8) {
        for left in (0..picture.width).step_by(8) {
            for (plane, before) in (0u8..).zip(last.iter_mut()) {
                *before = scan.block(picture, left, top, plane, *before);
            }
        }
    }
    scan.put(0x7F, 7); // pad the last byte with ones
    let mut out = scan.out;
    out.extend_from_slice(&[0xFF, 0xD9]);
    out
}

/// Finer for slow changes, coarser for quick ones. `at` counts in zigzag order.
fn quantum(at: u8) -> u8 {
    6 + at / 2
}

fn huffman(class: u8, length: usize, symbols: Vec<u8>) -> Vec<u8> {
    let mut table = vec![class];
    for bits in 1..=16 {
        table.push(if bits == length {
            u8::try_from(symbols.len()).unwrap_or(0)
        } else {
            0
        });
    }
    table.extend(symbols);
    table
}

/// End of block, sixteen zeroes, then each run of zeroes with each size of the next value.
fn ac_symbols() -> Vec<u8> {
    let pairs = (0..16u8).flat_map(|run| (1..=10u8).map(move |size| (run << 4) | size));
    [0x00, 0xF0].into_iter().chain(pairs).collect()
}

fn segment(out: &mut Vec<u8>, marker: u8, data: &[u8]) {
    out.extend_from_slice(&[0xFF, marker]);
    out.extend_from_slice(
        &u16::try_from(data.len() + 2)
            .unwrap_or(u16::MAX)
            .to_be_bytes(),
    );
    out.extend_from_slice(data);
}

fn short(length: u32) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

/// `cosines[u][x]` of the discrete cosine transform.
fn cosines() -> [[f64; 8]; 8] {
    let mut table = [[0.0; 8]; 8];
    for (u, row) in (0u32..).zip(table.iter_mut()) {
        let scale = if u == 0 { FRAC_1_SQRT_2 } else { 1.0 };
        for (x, cell) in (0u32..).zip(row.iter_mut()) {
            *cell = scale * 0.5 * ((2.0 * f64::from(x) + 1.0) * f64::from(u) * PI / 16.0).cos();
        }
    }
    table
}

/// The 64 places of a block, from the slowest change to the quickest: (row, column).
fn zigzag() -> impl Iterator<Item = (usize, usize)> {
    (0..15usize).flat_map(|sum| {
        (0..8usize).filter_map(move |step| {
            let other = sum.checked_sub(step).filter(|other| *other < 8)?;
            Some(if sum % 2 == 0 {
                (other, step)
            } else {
                (step, other)
            })
        })
    })
}

/// The entropy-coded part.
struct Scan {
    out: Vec<u8>,
    pending: u32,
    filled: u32,
    cosines: [[f64; 8]; 8],
}

impl Scan {
    /// Writes one block of one plane (0 luma, 1 blue, 2 red) and returns its DC value.
    fn block(&mut self, picture: &Picture<'_>, left: u32, top: u32, plane: u8, before: i32) -> i32 {
        let mut points = [[0.0; 8]; 8];
        for (y, row) in (top..).zip(points.iter_mut()) {
            for (x, point) in (left..).zip(row.iter_mut()) {
                let inside = (x.min(picture.width - 1), y.min(picture.height - 1));
                *point = sample((picture.colour)(inside.0, inside.1), plane);
            }
        }
        let mut direct = 0;
        let mut zeroes = 0u32;
        let changes = self.transform(&points);
        for (at, (row, column)) in (0u8..).zip(zigzag()) {
            let value = changes.get(row).and_then(|line| line.get(column)).copied();
            let value = quantised(value.unwrap_or(0.0), quantum(at));
            if at == 0 {
                direct = value;
                let change = value - before;
                self.put(bits(change), 4);
                self.magnitude(change);
            } else if value == 0 {
                zeroes += 1;
            } else {
                while zeroes >= 16 {
                    self.put(1, 8);
                    zeroes -= 16;
                }
                self.put(2 + zeroes * 10 + bits(value) - 1, 8);
                self.magnitude(value);
                zeroes = 0;
            }
        }
        if zeroes > 0 {
            self.put(0, 8);
        }
        direct
    }

    /// The cosine transform of a block: along the rows, then down the columns.
    fn transform(&self, points: &[[f64; 8]; 8]) -> [[f64; 8]; 8] {
        let mut rows = [[0.0; 8]; 8];
        for (row, line) in rows.iter_mut().zip(points) {
            for (cell, wave) in row.iter_mut().zip(&self.cosines) {
                *cell = wave.iter().zip(line).map(|(a, b)| a * b).sum();
            }
        }
        let mut out = [[0.0; 8]; 8];
        for (line, wave) in out.iter_mut().zip(&self.cosines) {
            for (weight, row) in wave.iter().zip(&rows) {
                for (cell, value) in line.iter_mut().zip(row) {
                    *cell += weight * value;
                }
            }
        }
        out
    }

    /// The bits of a value as ITU-T T.81 F.1.2.1 writes them: negative ones less one.
    fn magnitude(&mut self, value: i32) {
        let count = bits(value);
        let shifted = if value < 0 {
            value + (1 << count) - 1
        } else {
            value
        };
        self.put(shifted.unsigned_abs(), count);
    }

    fn put(&mut self, code: u32, count: u32) {
        for at in (0..count).rev() {
            self.pending = (self.pending << 1) | ((code >> at) & 1);
            self.filled += 1;
            if self.filled == 8 {
                let byte = self.pending.to_le_bytes()[0];
                self.out.push(byte);
                if byte == 0xFF {
                    self.out.push(0);
                }
                (self.pending, self.filled) = (0, 0);
            }
        }
    }
}

fn quantised(value: f64, quantum: u8) -> i32 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "at most 1024 after the transform"
    )]
    let rounded = (value / f64::from(quantum)).round() as i32;
    rounded
}

/// How many bits the value's size takes.
fn bits(value: i32) -> u32 {
    32 - value.unsigned_abs().leading_zeros()
}

/// One plane of a colour, centred on zero.
fn sample([red, green, blue]: [u8; 3], plane: u8) -> f64 {
    let (red, green, blue) = (f64::from(red), f64::from(green), f64::from(blue));
    match plane {
        0 => 0.299 * red + 0.587 * green + 0.114 * blue - 128.0,
        1 => -0.1687 * red - 0.3313 * green + 0.5 * blue,
        _ => 0.5 * red - 0.4187 * green - 0.0813 * blue,
    }
}
