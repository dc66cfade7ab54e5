//! The same work on many columns, on every core.

use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Calls `each` with every item, each thread with the next, and returns what it gave in the order of items.
///
/// On threads of its own: a worker of rayon that waits for polars' pool takes the next piece of work on top of
/// the one it is at, and then more columns are in memory than there are cores.
pub(crate) fn side_by_side<I: Send, T: Send>(
    items: impl IntoIterator<Item = I, IntoIter: Send>,
    each: impl Fn(I) -> T + Sync,
) -> Vec<T> {
    let items = Mutex::new(items.into_iter().enumerate());
    let work = || {
        let mut done = Vec::new();
        loop {
            let next = items.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((at, item)) = next else { return done };
            done.push((at, each(item)));
        }
    };
    let mut done: Vec<(usize, T)> = thread::scope(|scope| {
        let others: Vec<_> = (1..rayon::current_num_threads()).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, given)| given).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_comes_in_order() {
        for n in [0, 1, 2, 1_000] {
            let squares: Vec<usize> = (0..n).map(|at| at * at).collect();
            assert_eq!(side_by_side(0..n, |at| at * at), squares);
        }
    }
}
