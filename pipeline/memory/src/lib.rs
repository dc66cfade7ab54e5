//! Freed memory, given back to the system.
//!
//! glibc keeps what is freed in pieces for the next that ask: after a city's sources are read, that is a third
//! of a million records' memory, which linkage then takes a second time. The only crate with `unsafe` code, for one
//! call that takes no pointer.

/// Gives freed memory back to the system, where its library has a call for that; elsewhere does nothing. Takes
/// some milliseconds a gigabyte: for the seams between stages, not for loops.
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[expect(unsafe_code, reason = "malloc_trim takes a number and is safe to call from any thread")]
    // SAFETY: it reads and writes the allocator's own state under its own locks, and none of ours.
    unsafe {
        libc::malloc_trim(0);
    }
}

#[cfg(all(test, target_os = "linux", target_env = "gnu"))]
mod tests {
    use super::give_back;

    fn resident_pages() -> u64 {
        let said = std::fs::read_to_string("/proc/self/statm").expect("Linux tells it");
        said.split(' ').nth(1).and_then(|pages| pages.parse().ok()).expect("its second word is a number")
    }

    #[test]
    fn what_is_freed_between_what_stays_goes_back() {
        // Every second piece is freed, so that none of it lies at the end, where the allocator itself would trim.
        let mut pieces: Vec<Vec<u8>> = (0..4_000).map(|_| vec![1; 32 << 10]).collect();
        let mut at = 0;
        pieces.retain(|_| {
            at += 1;
            at % 2 == 0
        });
        let before = resident_pages();
        give_back();
        let after = resident_pages();
        // 2,000 pieces of eight pages; a quarter is left for what other threads do.
        assert!(before.saturating_sub(after) > 12_000, "{before} pages resident before, {after} after");
        assert!(pieces.iter().all(|piece| piece.len() == 32 << 10));
    }
}
