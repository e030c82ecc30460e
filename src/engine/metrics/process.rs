//! What the process takes of the machine, as Linux tells it. Elsewhere nothing is told.

use std::fs;

use super::text::Page;

/// Ticks of `/proc/self/stat` in a second, on every Linux.
const TICKS: u64 = 100;

/// Under the names that Prometheus's own clients have for it.
pub(super) fn write(page: &mut Page, began: i64) {
    let start = format!("{}.{:03}", began / 1000, began.rem_euclid(1000));
    let help = "When the process began, in seconds since 1970.";
    page.one("process_start_time_seconds", "gauge", help, start);
    if let Some(octets) = memory("VmRSS:") {
        let help = "Memory in use, in octets.";
        page.one("process_resident_memory_bytes", "gauge", help, octets);
    }
    if let Some(octets) = memory("VmSize:") {
        let help = "Addresses in use, in octets.";
        page.one("process_virtual_memory_bytes", "gauge", help, octets);
    }
    if let Ok(open) = fs::read_dir("/proc/self/fd") {
        // One of them is for this look.
        let open = open.count().saturating_sub(1);
        page.one("process_open_fds", "gauge", "Open descriptors.", open);
    }
    if let Some(most) = most_descriptors() {
        let help = "Descriptors that may be open.";
        page.one("process_max_fds", "gauge", help, most);
    }
    if let Some(ticks) = ticks() {
        let spent = format!("{}.{:02}", ticks / TICKS, ticks % TICKS);
        let help = "Processor time, in seconds.";
        page.one("process_cpu_seconds_total", "counter", help, spent);
    }
}

fn memory(field: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}

fn most_descriptors() -> Option<u64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn ticks() -> Option<u64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the program's name in parentheses, which may hold anything.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}
