//! Requests by door, method, route and status, and how long they took.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use super::text::Page;

/// Upper ends of the buckets: text, and the same in microseconds.
const BUCKETS: [(&str, u128); 12] = [
    ("0.002", 2_000),
    ("0.005", 5_000),
    ("0.01", 10_000),
    ("0.025", 25_000),
    ("0.05", 50_000),
    ("0.1", 100_000),
    ("0.25", 250_000),
    ("0.5", 500_000),
    ("1", 1_000_000),
    ("2.5", 2_500_000),
    ("10", 10_000_000),
    ("60", 60_000_000),
];

/// Methods that have a name of their own here; anybody may invent others.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// All of them so far. There are as many entries as the code has routes and methods.
#[derive(Debug, Default)]
pub(super) struct Requests {
    by_route: HashMap<(&'static str, &'static str), HashMap<String, Series>>,
}

#[derive(Debug, Default)]
struct Series {
    by_status: BTreeMap<u16, u64>,
    /// Those that took no longer than the bucket, and longer than the one before.
    buckets: [u64; BUCKETS.len()],
    count: u64,
    micros: u128,
}

impl Requests {
    pub(super) fn count(
        &mut self,
        door: &'static str,
        method: &str,
        route: &str,
        status: u16,
        took: Duration,
    ) {
        let method = METHODS.into_iter().find(|known| *known == method);
        let routes = self.by_route.entry((door, method.unwrap_or("other")));
        let routes = routes.or_default();
        // What leads nowhere is one route, whatever was asked for.
        let route = if route.is_empty() { "none" } else { route };
        let series = match routes.get_mut(route) {
            Some(series) => series,
            None => routes.entry(route.to_owned()).or_default(),
        };
        let micros = took.as_micros();
        *series.by_status.entry(status).or_default() += 1;
        series.count += 1;
        series.micros += micros;
        let bucket = BUCKETS.iter().position(|(_, end)| micros <= *end);
        if let Some(bucket) = bucket.and_then(|at| series.buckets.get_mut(at)) {
            *bucket += 1;
        }
    }

    pub(super) fn write(&self, page: &mut Page) {
        let sorted: BTreeMap<_, &Series> = self
            .by_route
            .iter()
            .flat_map(|((door, method), routes)| {
                let key = move |route| (*door, route, *method);
                routes
                    .iter()
                    .map(move |(route, series)| (key(route.as_str()), series))
            })
            .collect();
        let name = "restante_requests_total";
        let mut family = page.family(name, "counter", "Requests that were answered.");
        for ((door, route, method), series) in &sorted {
            for (status, count) in &series.by_status {
                let status = status.to_string();
                let labels = [
                    ("door", *door),
                    ("method", method),
                    ("route", route),
                    ("status", &status),
                ];
                family.sample("", &labels, count);
            }
        }
        let help = "Seconds from a request's head to its answer's head.";
        let mut family = page.family("restante_request_seconds", "histogram", help);
        for ((door, route, method), series) in &sorted {
            let labels = [("door", *door), ("method", method), ("route", route)];
            let [door, method, route] = labels;
            let mut so_far = 0;
            for ((end, _), count) in BUCKETS.iter().zip(series.buckets) {
                so_far += count;
                family.sample("_bucket", &[door, method, route, ("le", end)], so_far);
            }
            family.sample(
                "_bucket",
                &[door, method, route, ("le", "+Inf")],
                series.count,
            );
            family.sample("_sum", &labels, seconds(series.micros));
            family.sample("_count", &labels, series.count);
        }
    }
}

fn seconds(micros: u128) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_fall_into_buckets() {
        let mut requests = Requests::default();
        for (method, route, status, millis) in [
            ("GET", "/m/{mailbox}", 200, 2),
            ("GET", "/m/{mailbox}", 200, 300),
            ("GET", "/m/{mailbox}", 404, 90_000),
            ("SPAM", "", 405, 1),
            ("EGGS", "", 405, 1),
        ] {
            let took = Duration::from_millis(millis);
            requests.count("web", method, route, status, took);
        }
        let mut page = Page::default();
        requests.write(&mut page);
        let text = page.finish();
        let labels = "door=\"web\",method=\"GET\",route=\"/m/{mailbox}\"";
        for line in [
            format!("restante_requests_total{{{labels},status=\"200\"}} 2"),
            format!("restante_requests_total{{{labels},status=\"404\"}} 1"),
            "restante_requests_total{door=\"web\",method=\"other\",route=\"none\",status=\"405\"} 2"
                .to_owned(),
            format!("restante_request_seconds_bucket{{{labels},le=\"0.002\"}} 1"),
            format!("restante_request_seconds_bucket{{{labels},le=\"0.25\"}} 1"),
            format!("restante_request_seconds_bucket{{{labels},le=\"0.5\"}} 2"),
            format!("restante_request_seconds_bucket{{{labels},le=\"60\"}} 2"),
            format!("restante_request_seconds_bucket{{{labels},le=\"+Inf\"}} 3"),
            format!("restante_request_seconds_sum{{{labels}}} 90.302000"),
            format!("restante_request_seconds_count{{{labels}}} 3"),
        ] {
            assert!(text.lines().any(|one| one == line), "{line}\n{text}");
        }
    }
}
