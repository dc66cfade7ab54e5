//! Encoding as a command: its arguments, what it shows while it works, the summary it leaves, and
//! how it ends. `pathways encode` and the small program `pathways-encode` are both this.
//!
//! ```text
//!   arguments ─► agency::Encoding ─► extract folder, quarantine (stays)
//!                      │
//!                      └─► summary: on the terminal, <out>.summary.txt and <out>.summary.json
//! ```

mod arguments;
mod bar;
mod ending;
mod run;
mod summary_text;

pub use arguments::EncodeArguments;
pub use bar::Bar;
pub use ending::Ending;
pub use run::{Encoded, run};
pub use summary_text::{summary_text, thousands};
