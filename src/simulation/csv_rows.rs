//! Rows of a long CSV trace, read in blocks by every core.
//!
//! Only for what has no quotation marks: there a line is a row, so blocks can be cut at line ends. Rows of a trace take
//! turns and share their time, so what names a row's series is guessed from the row before and only compared, and the
//! time is only read where it differs from the one before.

use std::collections::HashMap;
use std::io::Read;

use memchr::{memchr, memchr_iter, memrchr};

use super::cores::{InOrder, in_order};
use super::time::TimeReader;
use super::trace::{SeriesName, TraceError, TraceReader, parse_value};
use super::trace_report::BadLine;

/// Bytes read at a time for each core.
const BLOCK: usize = 1 << 20;
/// So many bad lines are kept as examples; the rest are counted.
const MOST_EXAMPLES: usize = 20;

/// Where in a row things stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    pub(crate) delimiter: u8,
    pub(crate) fields: usize,
    pub(crate) time_at: usize,
    pub(crate) metric_at: usize,
    pub(crate) value_at: usize,
}

/// What is left for somebody else: from the first block with a quotation mark on, and how many lines came before.
pub(crate) struct Left {
    pub(crate) bytes: Vec<u8>,
    pub(crate) lines: u64,
}

/// Reads rows until the end, or until the first block with a quotation mark. Blocks are understood by every core while
/// the next are read and the last are put into the trace, in their order.
pub(crate) fn read(
    trace: &mut TraceReader,
    reader: &mut (impl Read + Send),
    times: &mut TimeReader,
    layout: Layout,
    name_of: &(impl Fn(&[&[u8]]) -> SeriesName + Sync),
    lines_before: u64,
) -> Result<Option<Left>, TraceError> {
    let skip = trace.skips_bad_lines();
    let mut rows = Rows {
        blocks: Blocks { reader, carried: Vec::new(), ended: false, spare: Vec::new() },
        trace,
        times,
        layout,
        lines: lines_before,
        columns: Vec::new(),
        spare: Vec::new(),
        left: None,
    };
    let worker = |number| Worker { number, ..Worker::default() };
    in_order(&mut rows, worker, |worker, task| worker.understand(task, layout, skip, name_of))?;
    let Rows { mut blocks, left, .. } = rows;
    Ok(left.map(|mut left| {
        left.bytes.append(&mut blocks.carried);
        left
    }))
}

/// A block to be understood, and what time its rows count from.
struct Task {
    block: Block,
    /// Memory for the samples, used again.
    samples: Vec<Samples>,
    times: TimeReader,
}

/// What a block was.
struct Done {
    worker: usize,
    block: Block,
    /// It has a quotation mark, so nothing of it was read.
    quoted: bool,
    /// The series that the worker met for the first time: their raw names and their names.
    met: Vec<(Vec<u8>, SeriesName)>,
    /// By the worker's number of the series.
    samples: Vec<Samples>,
    lines: u64,
    bad: Vec<BadLine>,
    bad_count: u64,
}

/// Samples of one series in one block.
#[derive(Default)]
struct Samples {
    times: Vec<i64>,
    values: Vec<f64>,
}

/// Gives out the blocks of a file, and puts what the workers understood into the trace.
struct Rows<'a, R> {
    blocks: Blocks<'a, R>,
    trace: &'a mut TraceReader,
    times: &'a mut TimeReader,
    layout: Layout,
    lines: u64,
    /// For each worker, the columns of the series as it numbers them.
    columns: Vec<Vec<usize>>,
    /// Memory for samples, used again.
    spare: Vec<Vec<Samples>>,
    left: Option<Left>,
}

impl<R: Read> InOrder for Rows<'_, R> {
    type Piece = Task;
    type Done = Done;
    type Error = TraceError;

    fn next(&mut self) -> Result<Option<Task>, TraceError> {
        if self.blocks.ended || self.left.is_some() {
            return Ok(None);
        }
        let block = self.blocks.next_block().map_err(|error| broken(self.trace, &error))?;
        if block.used == 0 {
            return Ok(None);
        }
        if !self.times.has_unit() {
            settle_unit(block.text(), self.layout, self.times);
        }
        let samples = self.spare.pop().unwrap_or_default();
        Ok(Some(Task { block, samples, times: self.times.clone() }))
    }

    fn take(&mut self, done: Done) -> Result<(), TraceError> {
        let Done { worker, block, quoted, met, mut samples, lines, bad, bad_count } = done;
        if quoted && self.left.is_none() {
            self.left = Some(Left { bytes: Vec::new(), lines: self.lines });
        }
        if let Some(left) = &mut self.left {
            left.bytes.extend_from_slice(block.text());
            return Ok(());
        }
        for bad in &bad {
            self.trace.bad_line(self.lines + bad.line, &bad.text, &bad.what)?;
        }
        self.trace.more_bad_lines(bad_count - bad.len() as u64);
        self.lines += lines;
        if worker >= self.columns.len() {
            self.columns.resize_with(worker + 1, Vec::new);
        }
        if let Some(columns) = self.columns.get_mut(worker) {
            columns.extend(met.into_iter().map(|(key, name)| self.trace.column_by_key(&key, || name)));
            for (column, samples) in columns.iter().zip(&mut samples) {
                if !samples.times.is_empty() {
                    self.trace.append(*column, &samples.times, &samples.values);
                    samples.times.clear();
                    samples.values.clear();
                }
            }
        }
        self.spare.push(samples);
        self.blocks.spare.push(block);
        Ok(())
    }
}

fn broken(trace: &TraceReader, error: &std::io::Error) -> TraceError {
    trace.error(None, "", &error.to_string())
}

/// Cuts what a reader gives into blocks that end with a line.
struct Blocks<'a, R> {
    reader: &'a mut R,
    carried: Vec<u8>,
    ended: bool,
    /// Blocks that have been understood: their memory is used again.
    spare: Vec<Block>,
}

#[derive(Default)]
struct Block {
    bytes: Vec<u8>,
    used: usize,
}

impl Block {
    fn text(&self) -> &[u8] {
        self.bytes.get(..self.used).unwrap_or_default()
    }
}

impl<R: Read> Blocks<'_, R> {
    fn next_block(&mut self) -> std::io::Result<Block> {
        let Block { mut bytes, .. } = self.spare.pop().unwrap_or_default();
        let mut used = self.carried.len();
        if bytes.len() < BLOCK + used {
            bytes.resize(BLOCK + used, 0);
        }
        bytes.get_mut(..used).into_iter().for_each(|head| head.copy_from_slice(&self.carried));
        self.carried.clear();
        loop {
            if used == bytes.len() {
                // A line that is longer than a block.
                bytes.resize(used + BLOCK, 0);
            }
            let searched = used;
            while let Some(room) = bytes.get_mut(used..).filter(|room| !room.is_empty()) {
                match self.reader.read(room) {
                    Ok(0) => {
                        self.ended = true;
                        return Ok(Block { bytes, used });
                    }
                    Ok(came) => used += came,
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
            if let Some(end) = bytes.get(searched..used).and_then(|new| memrchr(b'\n', new)) {
                let end = searched + end + 1;
                self.carried.extend_from_slice(bytes.get(end..used).unwrap_or_default());
                return Ok(Block { bytes, used: end });
            }
        }
    }
}

/// Lets the first row that has a time decide what times count.
fn settle_unit(block: &[u8], layout: Layout, times: &mut TimeReader) -> bool {
    let mut fields = Vec::new();
    for line in block.split(|byte| *byte == b'\n').map(without_return).filter(|line| !line.is_empty()) {
        split(line, layout.delimiter, &mut fields);
        let metric = fields.get(layout.metric_at).copied().unwrap_or_default();
        if fields.len() != layout.fields || metric.trim_ascii().is_empty() {
            continue;
        }
        let time = fields.get(layout.time_at).and_then(|field| std::str::from_utf8(field).ok());
        if let Some(time) = time {
            // Whether it can be read is said when its turn comes; here it only has to tell the unit.
            let _ = times.read(time);
        }
        if times.has_unit() {
            return true;
        }
    }
    false
}

fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn split<'a>(line: &'a [u8], delimiter: u8, fields: &mut Vec<&'a [u8]>) {
    fields.clear();
    let mut from = 0;
    for at in memchr_iter(delimiter, line) {
        fields.push(line.get(from..at).unwrap_or_default());
        from = at + 1;
    }
    fields.push(line.get(from..).unwrap_or_default());
}

/// What one core knows of the series that it has met.
#[derive(Default)]
struct Worker {
    number: usize,
    series: Vec<Met>,
    by_key: HashMap<Vec<u8>, usize>,
    last: usize,
    key: Vec<u8>,
}

struct Met {
    key: Vec<u8>,
    /// All between the time and the value, with the delimiters around it, where the time comes first and the value last.
    middle: Vec<u8>,
}

impl Worker {
    fn understand(
        &mut self,
        task: Task,
        layout: Layout,
        skip_bad: bool,
        name_of: &impl Fn(&[&[u8]]) -> SeriesName,
    ) -> Done {
        let Task { block, mut samples, mut times } = task;
        samples.resize_with(self.series.len().max(samples.len()), Samples::default);
        let outer = layout.time_at == 0 && layout.value_at + 1 == layout.fields;
        let mut done = Done {
            worker: self.number,
            quoted: memchr(b'"', block.text()).is_some(),
            met: Vec::new(),
            samples: Vec::new(),
            lines: 0,
            bad: Vec::new(),
            bad_count: 0,
            block: Block::default(),
        };
        let mut fields: Vec<&[u8]> = Vec::with_capacity(layout.fields);
        let (mut last_time, mut last_ms): (&[u8], i64) = (&[], 0);
        let mut rest = if done.quoted { &[][..] } else { block.text() };
        while !rest.is_empty() {
            done.lines += 1;
            if outer
                && !last_time.is_empty()
                && let Some((series, value, after)) = self.guess(rest, last_time)
            {
                if let Some(samples) = samples.get_mut(series) {
                    samples.times.push(last_ms);
                    samples.values.push(value);
                }
                self.last = series;
                rest = after;
                continue;
            }
            let end = memchr(b'\n', rest).unwrap_or(rest.len());
            let line = without_return(rest.get(..end).unwrap_or_default());
            rest = rest.get(end + 1..).unwrap_or_default();
            if line.is_empty() {
                continue;
            }
            split(line, layout.delimiter, &mut fields);
            match read_row(&fields, layout, &mut times) {
                Ok((t_ms, value)) => {
                    let series =
                        self.series_of(&fields, layout, outer.then_some(line), name_of, &mut done.met);
                    if series >= samples.len() {
                        samples.resize_with(series + 1, Samples::default);
                    }
                    if let Some(samples) = samples.get_mut(series) {
                        samples.times.push(t_ms);
                        samples.values.push(value);
                    }
                    last_time = fields.get(layout.time_at).copied().unwrap_or_default();
                    last_ms = t_ms;
                }
                Err(what) => {
                    done.bad_count += 1;
                    if done.bad.len() < MOST_EXAMPLES {
                        let text: Vec<_> =
                            fields.iter().map(|field| String::from_utf8_lossy(field.trim_ascii())).collect();
                        done.bad.push(BadLine { line: done.lines, text: text.join(","), what });
                    }
                    if !skip_bad {
                        break;
                    }
                }
            }
        }
        Done { block, samples, ..done }
    }

    /// The next row, if it has the same time as the one before and is of the series whose turn it is.
    fn guess<'a>(&self, rest: &'a [u8], last_time: &[u8]) -> Option<(usize, f64, &'a [u8])> {
        let rest = rest.strip_prefix(last_time)?;
        let next = if self.last + 1 < self.series.len() { self.last + 1 } else { 0 };
        let middle = &self.series.get(next)?.middle;
        if middle.is_empty() {
            return None;
        }
        let rest = rest.strip_prefix(middle.as_slice())?;
        let (value, used) = plain_number(rest)?;
        let after = rest.get(used..)?;
        let after = match after {
            [] => after,
            [b'\n', after @ ..] | [b'\r', b'\n', after @ ..] => after,
            _ => return None,
        };
        Some((next, value, after))
    }

    fn series_of(
        &mut self,
        fields: &[&[u8]],
        layout: Layout,
        whole: Option<&[u8]>,
        name_of: &impl Fn(&[&[u8]]) -> SeriesName,
        newly_met: &mut Vec<(Vec<u8>, SeriesName)>,
    ) -> usize {
        self.key.clear();
        for (at, field) in fields.iter().enumerate() {
            if at != layout.time_at && at != layout.value_at {
                self.key.extend_from_slice(field);
                self.key.push(0x1f);
            }
        }
        let next = if self.last + 1 < self.series.len() { self.last + 1 } else { 0 };
        let index = if self.series.get(next).is_some_and(|met| met.key == self.key) {
            next
        } else if let Some(index) = self.by_key.get(&self.key) {
            *index
        } else {
            let index = self.series.len();
            let middle = whole.map_or(&[][..], |line| {
                let from = fields.first().map_or(0, |field| field.len());
                let to = line.len() - fields.last().map_or(0, |field| field.len());
                line.get(from..to).unwrap_or_default()
            });
            self.series.push(Met { key: self.key.clone(), middle: middle.to_vec() });
            newly_met.push((self.key.clone(), name_of(fields)));
            self.by_key.insert(self.key.clone(), index);
            index
        };
        self.last = index;
        index
    }
}

fn read_row(fields: &[&[u8]], layout: Layout, times: &mut TimeReader) -> Result<(i64, f64), String> {
    if fields.len() != layout.fields {
        return Err(format!("{} fields where the first line has {}", fields.len(), layout.fields));
    }
    let cell = |at: usize| {
        std::str::from_utf8(fields.get(at).copied().unwrap_or_default()).map_err(|error| error.to_string())
    };
    if cell(layout.metric_at)?.trim().is_empty() {
        return Err("the metric is missing".to_owned());
    }
    Ok((times.read(cell(layout.time_at)?)?, parse_value(cell(layout.value_at)?)?))
}

/// A number of at most 15 digits with at most 22 decimals and no exponent: both it and the power of ten are exact as
/// floats, so one division rounds correctly (Clinger 1990). And how many bytes it takes.
fn plain_number(bytes: &[u8]) -> Option<(f64, usize)> {
    const POWERS: [f64; 16] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let negative = bytes.first() == Some(&b'-');
    let (mut at, mut mantissa, mut digits, mut decimals) = (usize::from(negative), 0_u64, 0_usize, None);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
                digits += 1;
            }
            b'.' if decimals.is_none() => decimals = Some(digits),
            _ => break,
        }
        at += 1;
    }
    if digits == 0 || digits > 15 {
        return None;
    }
    let power = POWERS.get(digits - decimals.unwrap_or(digits))?;
    let value = mantissa as f64 / power;
    Some((if negative { -value } else { value }, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_numbers_are_read_as_the_language_reads_them() {
        let mut random = super::super::random::Random::new(9);
        let mut words: Vec<String> = ["0", "-0", "-0.0", "1.", ".5", "123456789012345", "0.00000000000001"]
            .map(str::to_owned)
            .to_vec();
        words.extend((0..5_000).map(|_| {
            let value = random.between(-1.0, 1.0) * 10_f64.powi(random.below(8) as i32);
            format!("{value:.*}", random.below(7))
        }));
        for word in words {
            let (value, used) = plain_number(word.as_bytes()).unwrap();
            assert_eq!(value.to_bits(), word.parse::<f64>().unwrap().to_bits(), "{word}");
            assert_eq!(used, word.len());
        }
        for word in ["", "-", ".", "NaN", "1234567890123456"] {
            assert!(plain_number(word.as_bytes()).is_none(), "{word}");
        }
        assert_eq!(plain_number(b"1e5"), Some((1.0, 1)), "what follows is for the caller to judge");
    }
}
