//! CPU time and memory of this process.

use nix::sys::resource::{UsageWho, getrusage};

/// What the process has used so far.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ResourceUse {
    /// User and system CPU seconds of all threads.
    pub(crate) cpu_seconds: f64,
    /// The most memory that was resident at once, in bytes.
    pub(crate) peak_rss_bytes: u64,
}

impl ResourceUse {
    /// Reads it now; zeros where the system won't tell.
    pub(crate) fn now() -> Self {
        let Ok(usage) = getrusage(UsageWho::RUSAGE_SELF) else {
            return Self { cpu_seconds: 0.0, peak_rss_bytes: 0 };
        };
        let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
        Self {
            cpu_seconds: seconds(usage.user_time()) + seconds(usage.system_time()),
            // Linux counts kibibytes.
            peak_rss_bytes: u64::try_from(usage.max_rss()).unwrap_or(0) * 1024,
        }
    }

    /// CPU seconds since `earlier`, and the peak so far.
    pub(crate) fn since(earlier: Self) -> Self {
        let now = Self::now();
        Self { cpu_seconds: now.cpu_seconds - earlier.cpu_seconds, peak_rss_bytes: now.peak_rss_bytes }
    }
}
