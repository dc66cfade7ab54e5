//! A bar on a terminal, nothing elsewhere.

use std::io::{IsTerminal, stderr};
use std::time::Duration;

use agency::Progress;
use indicatif::{ProgressBar, ProgressStyle};

/// How far an encoding has come, for whoever sits before it.
#[derive(Debug)]
pub struct Bar(Option<ProgressBar>);

impl Bar {
    /// A bar where stderr is a terminal.
    pub fn new() -> Self {
        Self(stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0);
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        }))
    }

    /// Shows where it is now.
    pub fn show(&self, progress: Progress) {
        let Some(bar) = &self.0 else { return };
        let (template, done, of) = match progress {
            Progress::Reading { bytes, of_bytes, .. } => {
                ("  reading {bar:40} {bytes} of {total_bytes}, {eta} left", bytes, of_bytes)
            }
            Progress::Writing { rows, of_rows } => {
                ("  writing {bar:40} {human_pos} of {human_len} rows, {eta} left", rows, of_rows)
            }
        };
        if bar.length() != Some(of) {
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar.set_length(of);
            bar.reset_eta();
        }
        bar.set_position(done);
    }
}

impl Default for Bar {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
