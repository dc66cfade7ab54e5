//! A connection that behaves badly: stands before a real server, and cuts, stalls or slows what it sends.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What happens once so many bytes came from the server, over all connections.
pub(crate) enum Fate {
    /// The connection is cut.
    Cut,
    /// Every connection falls silent, from then on.
    Stall,
    /// Something happens elsewhere.
    Do(Box<dyn FnMut() + Send>),
}

/// What the connections of a proxy share.
struct Shared {
    from_server: AtomicU64,
    silent: AtomicBool,
    fates: Mutex<VecDeque<(u64, Fate)>>,
    delay: Duration,
}

pub(crate) struct Proxy {
    pub(crate) port: u16,
    shared: Arc<Shared>,
}

impl Proxy {
    /// Stands before the server at `port`; every piece from it waits for `delay` first.
    pub(crate) fn before(port: u16, fates: Vec<(u64, Fate)>, delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            from_server: AtomicU64::new(0),
            silent: AtomicBool::new(false),
            fates: Mutex::new(fates.into()),
            delay,
        });
        let all = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (Ok(client), Ok(server)) = (client, TcpStream::connect(("127.0.0.1", port))) else {
                    return;
                };
                let (mut up_from, mut up_to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                std::thread::spawn(move || {
                    let _ = std::io::copy(&mut up_from, &mut up_to);
                    let _ = up_to.shutdown(Shutdown::Write);
                });
                let all = Arc::clone(&all);
                std::thread::spawn(move || carry(server, client, &all));
            }
        });
        Self { port: own, shared }
    }

    /// Bytes that came from the server in all.
    pub(crate) fn bytes(&self) -> u64 {
        self.shared.from_server.load(Ordering::Relaxed)
    }
}

fn carry(mut server: TcpStream, mut client: TcpStream, all: &Shared) {
    let mut buffer = vec![0_u8; 1 << 15];
    while let Ok(read) = server.read(&mut buffer) {
        if read == 0 {
            break;
        }
        let total = all.from_server.fetch_add(read as u64, Ordering::Relaxed) + read as u64;
        let due = {
            let mut fates = all.fates.lock().unwrap();
            let due = fates.front().is_some_and(|(after, _)| total > *after);
            if due { fates.pop_front() } else { None }
        };
        match due {
            Some((_, Fate::Cut)) => break,
            Some((_, Fate::Stall)) => all.silent.store(true, Ordering::Relaxed),
            Some((_, Fate::Do(mut what))) => what(),
            None => {}
        }
        if all.silent.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_mins(1));
            break;
        }
        std::thread::sleep(all.delay);
        if client.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
}
