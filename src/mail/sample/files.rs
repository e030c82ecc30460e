//! Small encoders for the files that sample messages carry: PNG, JPEG, PDF and ZIP. Each makes a
//! valid file that the usual programs open, and compresses only as far as a sample needs.

mod jpeg;
mod png;

pub(super) use jpeg::jpeg;
pub(super) use png::png;

/// Width, height and the colour (red, green, blue) of each point.
pub(super) struct Picture<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) colour: &'a dyn Fn(u32, u32) -> [u8; 3],
}

/// A landscape at the given hour: sky, sun, hills. `mood` shifts hills and colours.
pub(super) fn landscape(mood: u64) -> impl Fn(u32, u32) -> [u8; 3] {
    let skies = [
        ([255u8, 214, 165], [120u8, 150, 210]),
        ([250, 190, 170], [70, 90, 160]),
        ([225, 240, 250], [110, 170, 220]),
        ([255, 230, 200], [160, 120, 170]),
    ];
    let at = usize::try_from(mood % 4).unwrap_or(0);
    let (low, high) = skies.get(at).copied().unwrap_or_default();
    let phase = f64::from(u32::try_from(mood % 97).unwrap_or(0));
    // The height of a ridge at each column.
    let ridge = |base: f64, tall: f64, wide: f64, shift: f64| -> Vec<f64> {
        let at = |x: f64| {
            base + tall * ((x / wide + phase + shift).sin() + 0.4 * (x / wide * 2.7 + shift).sin())
        };
        (0..640).map(|x| at(f64::from(x))).collect()
    };
    let ridges = [
        (ridge(235.0, 14.0, 60.0, 2.0), [38, 70, 66]),
        (ridge(200.0, 18.0, 85.0, 1.0), [62, 104, 92]),
        (ridge(165.0, 22.0, 120.0, 0.0), [104, 140, 128]),
    ];
    let (sun_x, sun_y) = (90.0 + phase * 2.5, 70.0);
    move |x, y| {
        let column = x as usize;
        let (x, y) = (f64::from(x), f64::from(y));
        let hill = ridges
            .iter()
            .find(|(ridge, _)| ridge.get(column).is_some_and(|top| y > *top));
        if let Some((_, colour)) = hill {
            *colour
        } else if (x - sun_x).hypot(y - sun_y) < 26.0 {
            [255, 246, 214]
        } else {
            let depth = (y / 190.0).min(1.0);
            let mut sky = [0; 3];
            for ((out, from), to) in sky.iter_mut().zip(high).zip(low) {
                *out = byte(f64::from(from) + (f64::from(to) - f64::from(from)) * depth);
            }
            sky
        }
    }
}

/// A square pattern that looks like a two-dimensional code, for tickets.
pub(super) fn ticket_code(seed: u64) -> impl Fn(u32, u32) -> [u8; 3] {
    move |x, y| {
        let (cell_x, cell_y) = (u64::from(x / 6), u64::from(y / 6));
        let corner = |left: u64, top: u64| {
            let (dx, dy) = (cell_x.abs_diff(left + 3), cell_y.abs_diff(top + 3));
            (dx <= 3 && dy <= 3).then(|| dx.max(dy) != 2)
        };
        let noise = || {
            let mixed = (cell_x * 31 + cell_y * 17 + seed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            (mixed >> 40) & 1 == 1
        };
        let dark = corner(2, 2)
            .or_else(|| corner(20, 2))
            .or_else(|| corner(2, 20))
            .unwrap_or_else(|| (2..27).contains(&cell_x) && (2..27).contains(&cell_y) && noise());
        if dark { [24, 24, 32] } else { [255, 255, 255] }
    }
}

/// A one-page PDF with the lines of `text` (ASCII; other characters become `?`).
pub(super) fn pdf(title: &str, text: &str) -> Vec<u8> {
    let plain = |line: &str| -> String {
        line.chars()
            .map(|c| {
                if c.is_ascii() && !"()\\".contains(c) {
                    c
                } else {
                    '?'
                }
            })
            .collect()
    };
    let mut page = format!(
        "BT /F1 18 Tf 72 760 Td ({}) Tj /F1 11 Tf 0 -14 Td\n",
        plain(title)
    );
    for line in text.lines() {
        page.push_str(&format!("0 -16 Td ({}) Tj\n", plain(line)));
    }
    page.push_str("ET\n");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{page}endstream", page.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut out = String::from("%PDF-1.4\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (number, object) in (1..).zip(&objects) {
        table.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let start = out.len();
    out.push_str(&format!(
        "xref\n0 6\n{table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    ));
    out.into_bytes()
}

/// A ZIP archive whose entries are stored as they are.
pub(super) fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, data) in entries {
        let offset = short(out.len());
        let mut fields = Vec::new();
        fields.extend_from_slice(&[20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0x5A]);
        fields.extend_from_slice(&crc32(data).to_le_bytes());
        fields.extend_from_slice(&short(data.len()).to_le_bytes());
        fields.extend_from_slice(&short(data.len()).to_le_bytes());
        fields.extend_from_slice(&u16::try_from(name.len()).unwrap_or(0).to_le_bytes());
        fields.extend_from_slice(&[0, 0]);
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&fields);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(data);
        directory.extend_from_slice(b"PK\x01\x02\x14\x00");
        directory.extend_from_slice(&fields);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let (start, count) = (short(out.len()), u16::try_from(entries.len()).unwrap_or(0));
    let length = short(directory.len());
    out.append(&mut directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&start.to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out
}

/// CRC-32 as PNG and ZIP use it (ISO 3309).
fn crc32(data: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in data {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            };
        }
    }
    !crc
}

fn short(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// A float rounded into a byte.
fn byte(value: f64) -> u8 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the range of a byte"
    )]
    let rounded = value.round().clamp(0.0, 255.0) as u8;
    rounded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc_is_that_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn pdf_table_points_at_its_objects() {
        let file = pdf("Invoice (1)", "one\ntwo \\ é");
        let text = String::from_utf8(file).unwrap();
        let table = text.split("xref\n0 6\n").nth(1).unwrap();
        for (number, line) in table.lines().skip(1).take(5).enumerate() {
            let offset: usize = line.split(' ').next().unwrap().parse().unwrap();
            let object = text.get(offset..).unwrap();
            assert!(
                object.starts_with(&format!("{} 0 obj", number + 1)),
                "{line}"
            );
        }
    }

    #[test]
    fn zip_ends_with_a_directory_that_points_back() {
        let file = zip(&[("a.txt", b"alpha"), ("b/c.txt", b"")]);
        let tail = &file[file.len() - 22..];
        assert_eq!(&tail[..4], b"PK\x05\x06");
        let start = u32::from_le_bytes(tail[16..20].try_into().unwrap()) as usize;
        assert_eq!(&file[start..start + 4], b"PK\x01\x02");
        assert_eq!(
            file.windows(4).filter(|four| four == b"PK\x03\x04").count(),
            2
        );
    }
}
