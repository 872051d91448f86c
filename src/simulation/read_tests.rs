//! Every format of a trace, of events and labels, and what is said about bad ones.

use super::events::{self, Access, EventKind};
use super::trace::{self, Trace, TraceOptions, is_stale};
use super::trace_report::TraceReport;
use super::{TraceError, labels};
use crate::model::{AlertSeverity, Direction, MetricKind};

fn read(text: &str) -> (Trace, TraceReport) {
    trace::read(text.as_bytes(), "t", &TraceOptions::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(text: &str) -> TraceError {
    trace::read(text.as_bytes(), "t", &TraceOptions::default()).unwrap_err()
}

/// The trace as one line a series: `metric/agent{labels} seconds=value …`.
fn drawn(trace: &Trace) -> String {
    let mut lines = Vec::new();
    for series in &trace.series {
        let labels: Vec<String> =
            series.name.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let samples: Vec<String> = series
            .times
            .iter()
            .zip(&series.values)
            .map(|(t, value)| {
                let value = if is_stale(*value) { "stale".to_owned() } else { value.to_string() };
                format!("{}={value}", *t as f64 / 1e3)
            })
            .collect();
        lines.push(format!(
            "{}/{}{{{}}} {}",
            series.name.metric,
            series.name.agent,
            labels.join(","),
            samples.join(" ")
        ));
    }
    lines.join("\n")
}

#[test]
fn every_format_gives_the_same_trace() {
    let expected = "calls/a1{} 0=5\ncpu/a1{} 0=1.5 15=NaN\ncpu/a2{} 0=inf 15=stale";
    for text in [
        "timestamp,metric,agent,value\n0,cpu,a1,1.5\n0,cpu,a2,+Inf\n0,calls,a1,5\n15,cpu,a1,NaN\n15,cpu,a2,stale\n",
        "value;agent;metric;timestamp\r\n1.5;a1;cpu;0\r\n+Inf;a2;cpu;0\r\n5;a1;calls;0\r\nNaN;a1;cpu;15\r\nstale;a2;cpu;15\r\n",
        "timestamp,agent,cpu,calls\n0,a1,1.5,5\n0,a2,+Inf,\n15,a1,NaN,\n15,a2,stale,\n",
        "\u{feff}time,cpu/a1,cpu/a2,calls/a1\n1970-01-01T00:00:00Z,1.5,+Inf,5\n1970-01-01T00:00:15Z,NaN,stale,\n",
        "{\"timestamp\":0,\"metric\":\"cpu\",\"agent\":\"a1\",\"value\":1.5}\n{\"timestamp\":0,\"metric\":\"cpu\",\"agent\":\"a2\",\"value\":\"+Inf\"}\n\n{\"timestamp\":0,\"agent\":\"a1\",\"calls\":5}\n{\"timestamp\":15,\"agent\":\"a1\",\"cpu\":\"NaN\"}\n{\"timestamp\":15,\"metric\":\"cpu\",\"agent\":\"a2\",\"value\":\"stale\"}\n",
        "# HELP cpu How busy\n# TYPE cpu gauge\ncpu{agent=\"a1\"} 1.5 0\ncpu{agent=\"a2\"} +Inf 0\ncalls{agent=\"a1\",} 5 0\ncpu{agent=\"a1\"} NaN 15\ncpu{agent=\"a2\"} stale 15 # {x=\"1\"} 1\n# EOF\n",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"__name__\":\"cpu\",\"agent\":\"a1\"},\"values\":[[0,\"1.5\"],[15,\"NaN\"]]},{\"metric\":{\"__name__\":\"cpu\",\"agent\":\"a2\"},\"values\":[[0,\"+Inf\"],[15,\"stale\"]]},{\"metric\":{\"__name__\":\"calls\",\"agent\":\"a1\"},\"values\":[[0,\"5\"]]}]}}",
    ] {
        assert_eq!(drawn(&read(text).0), expected, "{text}");
    }
}

#[test]
fn openmetrics_that_may_be_cut_off_is_told() {
    let check = |text: &str, told: bool| {
        let notes = read(text).1.notes;
        assert_eq!(notes.iter().any(|note| note.contains("# EOF")), told, "{text}: {notes:?}");
    };
    check("# TYPE calls counter\ncalls_total{agent=\"a\"} 1 0\n# EOF\n", false);
    check("# TYPE calls counter\ncalls_total{agent=\"a\"} 1 0\n", true);
    check("# UNIT cpu percent\ncpu{agent=\"a\"} 1 0\n", true);
    // The older text of Prometheus has no such end.
    check("# TYPE calls_total counter\ncalls_total{agent=\"a\"} 1 0\n", false);
    check("# HELP cpu How busy\n# TYPE cpu gauge\ncpu{agent=\"a\"} 1 0\n", false);
}

#[test]
fn pages_of_an_answer_and_several_files_are_one_trace() {
    let page = |t: i64| {
        format!(
            "{{\"status\":\"success\",\"data\":{{\"result\":[{{\"metric\":{{\"__name__\":\"cpu\"}},\"values\":[[{t}.5,\"{t}\"]]}}]}}}}\n"
        )
    };
    assert_eq!(drawn(&read(&(page(1) + &page(2))).0), "cpu/{} 1.5=1 2.5=2");
    let mut reader = trace::TraceReader::new(TraceOptions::default());
    reader.add("timestamp,metric,agent,value\n0,cpu,a,1\n".as_bytes(), "one").unwrap();
    reader.add("timestamp,metric,agent,value\n60000,cpu,a,2\n".as_bytes(), "two").unwrap();
    let (both, report) = reader.finish().unwrap();
    assert_eq!(drawn(&both), "cpu/a{} 0=1 60000=2");
    assert_eq!(report.formats.len(), 2);
}

#[test]
fn extra_columns_are_labels() {
    let text = "timestamp,metric,agent,agent_type,env,region,value\n0,cpu,a1,assistant,production,eu,1\n0,cpu,a1,assistant,production,us,2\n";
    let expected = "cpu/a1{agent_type=assistant,environment=production,region=eu} 0=1\ncpu/a1{agent_type=assistant,environment=production,region=us} 0=2";
    assert_eq!(drawn(&read(text).0), expected);
    let (wide, report) = read("timestamp,agent,region,cpu\n0,a1,eu,1\n");
    assert_eq!(drawn(&wide), "cpu/a1{region=eu} 0=1");
    assert!(report.notes[0].contains("region"), "{:?}", report.notes);
}

#[test]
fn time_units_are_detected_or_declared_and_said() {
    let check = |text: &str, ms: i64, said: &str| {
        let (trace, report) = read(text);
        assert_eq!((trace.series[0].times[0], report.times[0].as_str()), (ms, said), "{text}");
    };
    check("timestamp,metric,value\n1737466755,cpu,1\n", 1_737_466_755_000, "Unix seconds (detected)");
    check("timestamp,metric,value\n1737466755000,cpu,1\n", 1_737_466_755_000, "Unix milliseconds (detected)");
    check("timestamp_ms,metric,value\n60000,cpu,1\n", 60_000, "Unix milliseconds (declared)");
    check("timestamp,metric,value\n2025-01-21T13:39:15Z,cpu,1\n", 1_737_466_755_000, "RFC 3339 (detected)");
    check("{\"t_ms\":60000,\"metric\":\"cpu\",\"value\":1}\n", 60_000, "Unix milliseconds (declared)");
}

#[test]
fn order_and_repeats_are_put_right_and_counted() {
    let rows =
        ["0,cpu,a,1", "60,cpu,a,2", "30,cpu,a,9", "60,cpu,a,2", "60,cpu,a,7", "90,cpu,a,3", "400,cpu,a,4"];
    let text = format!("timestamp,metric,agent,value\n{}\n", rows.join("\n"));
    let (trace, report) = read(&text);
    assert_eq!(drawn(&trace), "cpu/a{} 0=1 30=9 60=2 90=3 400=4");
    let series = &report.series[0];
    assert_eq!((series.repeats, series.conflicts, series.out_of_order), (1, 1, 1));
    assert_eq!((series.step_ms, series.gaps, series.longest_gap_ms, series.falls), (30_000, 1, 310_000, 1));
    let all = report.sentences().join(" ");
    assert!(all.contains("1 gaps, the longest 5m 10s.") && all.contains("out of order"), "{all}");
}

#[test]
fn kinds_come_from_the_trace_or_are_suggested() {
    let kind = |text: &str| {
        let kind = read(text).1.kinds.remove(0);
        (kind.declared, kind.suggested, kind.why)
    };
    let declared = kind("# TYPE calls counter\ncalls_total{agent=\"a\"} 1 0\n");
    assert_eq!((declared.0, declared.1), (Some(MetricKind::Counter), MetricKind::Counter));
    assert_eq!(kind("timestamp,metric,value\n0,calls_total,1\n").1, MetricKind::Counter);
    let growing: Vec<String> = (0..30).map(|n| format!("{n},calls,{n}\n")).collect();
    let grown = kind(&format!("timestamp,metric,value\n{}", growing.concat()));
    assert_eq!((grown.0, grown.1, grown.2.as_str()), (None, MetricKind::Counter, "the value never falls"));
    assert_eq!(kind("timestamp,metric,value\n0,cpu,3\n1,cpu,1\n").1, MetricKind::Gauge);
}

#[test]
fn bad_lines_are_errors_with_line_and_text_or_are_skipped() {
    let check = |text: &str, line: Option<u64>, words: &str| {
        let error = refused(text);
        assert_eq!(error.line, line, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    };
    check("timestamp,metric,value\n0,cpu,1\n15,cpu,lots\n", Some(3), "15,cpu,lots");
    check("timestamp,metric,value\n0,cpu,1\n15,cpu\n", Some(3), "2 fields where the first line has 3");
    check("timestamp,metric,value\nnoon,cpu,1\n", Some(2), "noon");
    check("timestamp,metric,value\n0,,1\n", Some(2), "the metric is missing");
    check("when,metric,value\n0,cpu,1\n", Some(1), "timestamp");
    check(
        "{\"timestamp\":0,\"metric\":\"cpu\",\"value\":1}\n{\"timestamp\":15\n",
        Some(2),
        "\"timestamp\":15",
    );
    check("{\"timestamp\":0,\"metric\":\"cpu\"}\n", Some(1), "the value is missing");
    check("cpu{agent=\"a\"} 1 0\ncpu{agent=\"a} 2 15\n", Some(2), "closing quote");
    check("cpu{agent=\"a\"} 1\n", Some(1), "there is no time");
    check("{\"status\":\"error\",\"error\":\"too many points\",\"data\":{}}", None, "too many points");
    check(
        "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error\"}\n",
        None,
        "parse error",
    );
    let answer = "{\"data\":{\"result\":[{\"metric\":{\"__name__\":\"cpu\",\"agent\":\"a\"},\"values\":[[15,\"9x\"]]}]}}";
    check(answer, None, "cpu of a at 1970-01-01T00:00:15Z: \"9x\"");
    let half = refused("{\"timestamp\":0,\"metric\":\"cpu\",\"value\":1}\n{\"timestamp\":15,\"met");
    assert!(half.to_string().contains("column 20") && !half.to_string().contains("line 1"), "{half}");
    check("", None, "empty");
    check("hello\n", Some(1), "no trace");
    check("timestamp,metric,value\n", None, "no samples");
    let options = TraceOptions { skip_bad_lines: true, ..TraceOptions::default() };
    let text = "timestamp,metric,value\n0,cpu,1\n15,cpu,lots\nnoon,cpu,1\n30,cpu,2\n";
    let (trace, report) = trace::read(text.as_bytes(), "t", &options).unwrap();
    assert_eq!((drawn(&trace).as_str(), report.bad_lines), ("cpu/{} 0=1 30=2", 2));
    assert_eq!((report.bad_examples[0].line, report.bad_examples[0].text.as_str()), (3, "15,cpu,lots"));
}

#[test]
fn buckets_keep_extremes() {
    let trace = super::tests::minutes("cpu", &[1., 9., 2., 3., f64::NAN, 5.]);
    let buckets = trace.series[0].buckets(0, 300_000, 3);
    let seen: Vec<(f64, f64)> = buckets.iter().map(|bucket| (bucket.min, bucket.max)).collect();
    assert_eq!(seen, [(1., 9.), (2., 3.), (5., 5.)]);
}

#[test]
fn events_and_labels() {
    let log = "{\"t\":60,\"agent\":\"a1\",\"kind\":\"communication\",\"direction\":\"outbound\",\"destination\":\"x\",\"malicious\":true}\n\
               {\"t\":0,\"agent\":\"a1\",\"kind\":\"resource\",\"resource\":\"r\",\"access\":\"full\"}\n\
               {\"t\":70,\"agent\":\"a1\",\"kind\":\"operation\",\"operation\":\"o\",\"triggers\":[\"p\",\"q\"]}\n\
               {\"t\":80,\"agent\":\"a1\",\"kind\":\"alert\",\"event\":\"suspicious_activity\",\"severity\":\"high\"}\n";
    let table = "t,agent,kind,resource,access,direction,destination,operation,triggers,event,severity,malicious\n\
                 60,a1,communication,,,outbound,x,,,,,yes\n0,a1,resource,r,full,,,,,,,\n70,a1,operation,,,,,o,p|q,,,\n\
                 80,a1,alert,,,,,,,suspicious_activity,high,\n";
    let options = TraceOptions::default();
    let from_log = events::read(log.as_bytes(), "e", &options).unwrap();
    let from_table = events::read(table.as_bytes(), "e", &options).unwrap();
    assert_eq!(from_log.list, from_table.list);
    let kinds: Vec<&EventKind> = from_log.list.iter().map(|event| &event.kind).collect();
    assert_eq!(*kinds[0], EventKind::Resource { resource: "r".to_owned(), access: Access::ReadWrite });
    let to = EventKind::Communication { direction: Direction::Outbound, destination: "x".to_owned() };
    assert_eq!((kinds[1], from_log.list[1].malicious), (&to, Some(true)));
    assert!(matches!(kinds[3], EventKind::Alert { severity: Some(AlertSeverity::High), .. }));
    let wrong =
        events::read("{\"t\":60,\"agent\":\"a1\",\"kind\":\"nap\"}\n".as_bytes(), "e", &options).unwrap_err();
    assert!(wrong.line == Some(1) && wrong.what.contains("nap"), "{wrong}");

    let text = "agent,start,end,threat\na1,2025-01-21T00:00:10Z,2025-01-21T00:00:20Z,prompt_injection\n*,1970-01-01T00:00:00Z,1970-01-01T00:00:05Z,\n";
    let read = labels::read(text.as_bytes(), "l", &options).unwrap();
    assert_eq!(read.windows.len(), 2);
    assert!(read.windows[0].is_about("anybody") && read.windows[1].threat == "prompt_injection");
    assert!(labels::read("agent,start,end\na,9,3\n".as_bytes(), "l", &options).is_err());
    assert!(labels::same_threat("prompt_injection", "Prompt injection of the assistant"));
    assert!(!labels::same_threat("", "Prompt injection"));
}

#[test]
fn reading_in_blocks_and_by_the_csv_library_are_the_same() {
    let mut random = super::random::Random::new(12);
    for round in 0..40 {
        let mut rows = String::new();
        for step in 0..60 + random.below(400) {
            let t = if random.chance(0.02) { step / 2 } else { step } * 15;
            for agent in ["a1", "a2", " a3 "] {
                let value = match random.below(40) {
                    0 => "stale".to_owned(),
                    1 => "NaN".to_owned(),
                    2 => "1e3".to_owned(),
                    3 => "bad".to_owned(),
                    4 => String::new(),
                    5 => "12345678901234567890".to_owned(),
                    _ => format!("{:.3}", random.normal()),
                };
                match random.below(60) {
                    1 => rows += &format!("{t},{agent},cpu\n"),
                    2 => rows += &format!("x,{agent},cpu,{value}\n"),
                    3 => rows += &format!("{t},{agent},,{value}\n"),
                    4 if round % 4 == 0 => rows += &format!("{t},\"{agent}\",cpu,\"{value}\"\n"),
                    _ => rows += &format!("{t},{agent},cpu,{value}\n"),
                }
            }
        }
        let blocks = format!("time,agent,metric,value\n{rows}");
        let library = format!("time,\"agent\",metric,value\n{rows}");
        for skip_bad_lines in [true, false] {
            let options = TraceOptions { skip_bad_lines, ..TraceOptions::default() };
            let [blocks, library] = [&blocks, &library].map(|text| {
                trace::read(text.as_bytes(), "t", &options).map(|(trace, report)| (drawn(&trace), report))
            });
            let comparable = |(trace, report): (String, TraceReport)| format!("{trace}\n{report:?}");
            assert_eq!(blocks.map(comparable), library.map(comparable), "round {round}");
        }
    }
}

#[test]
fn a_trace_longer_than_a_block_is_read_whole() {
    let mut text = "timestamp,agent,metric,value\n".to_owned();
    for step in 0..60_000 {
        for agent in ["assistant-1", "assistant-2", "processor-1"] {
            text += &format!("{},{agent},cpu_usage,{}.5\n", 1_700_000_000 + step * 15, step % 90);
        }
    }
    assert!(text.len() > 5 << 20);
    let (trace, report) = read(&text);
    assert_eq!((trace.series.len(), trace.samples()), (3, 180_000));
    assert!(report.series.iter().all(|one| one.gaps == 0 && one.out_of_order == 0 && one.step_ms == 15_000));
    let last = trace.series[2].values.last().copied();
    assert_eq!(last, Some(f64::from(59_999 % 90) + 0.5));
    let after_an_empty_line = refused("timestamp,agent,metric,value\n0,a,cpu,1\n\n15,a,cpu,x\n");
    assert_eq!(after_an_empty_line.line, Some(4));
    let bad = refused(&format!("{text}1700900000,a,cpu_usage,x\n"));
    assert_eq!(bad.line, Some(180_002));
}
