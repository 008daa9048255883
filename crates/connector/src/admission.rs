//! Connections that have not begun yet: how many there may be, and how much of the processor their handshakes get. Whoever
//! says nothing, or stops in the middle, holds up nobody but others at the same address.

use std::collections::HashMap;
use std::future::poll_fn;
use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::thread::available_parallelism;

use access::Client;
use rustls::ServerConfig;
use rustls::server::Acceptor;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio_rustls::server::TlsStream;
use tokio_rustls::{LazyConfigAcceptor, StartHandshake};

/// Connections that have not ended their handshake. More are dropped; devices come again.
pub const WAITING: usize = 4096;
/// The same from one address (an IPv6 one by its /64): a building may stand behind it, but not the whole fleet at once.
pub const WAITING_PER_CLIENT: usize = 256;

/// How much is let in.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// See [`WAITING`].
    pub waiting: usize,
    /// See [`WAITING_PER_CLIENT`].
    pub waiting_per_client: usize,
    /// Handshakes that are computed at the same time. As many as there are processors: a turn is held only while something is
    /// computed, so more would hold back nobody, and people's pages come first by the priority of their threads.
    pub handshakes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            waiting: WAITING,
            waiting_per_client: WAITING_PER_CLIENT,
            handshakes: available_parallelism().map_or(1, usize::from),
        }
    }
}

/// Lets connections in.
pub(crate) struct Admission(Arc<Shared>);

struct Shared {
    limits: Limits,
    turns: Semaphore,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    all: usize,
    /// By the key of rates. Only those that have any.
    clients: HashMap<String, usize>,
}

/// A place among the connections that wait; free again when dropped.
pub(crate) struct Place {
    shared: Arc<Shared>,
    client: String,
}

impl Admission {
    pub(crate) fn new(limits: Limits) -> Self {
        Self(Arc::new(Shared {
            limits,
            turns: Semaphore::new(limits.handshakes),
            waiting: Mutex::default(),
        }))
    }

    /// A place for a connection from there, if there is one.
    pub(crate) fn enter(&self, address: IpAddr) -> Option<Place> {
        let client = Client::new(address, "").rate_key();
        let limits = self.0.limits;
        let mut waiting = self.0.waiting();
        let here = waiting.clients.get(&client).copied().unwrap_or_default();
        if waiting.all >= limits.waiting || here >= limits.waiting_per_client {
            return None;
        }
        waiting.all += 1;
        waiting.clients.insert(client.clone(), here + 1);
        Some(Place {
            shared: Arc::clone(&self.0),
            client,
        })
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut waiting = self.shared.waiting();
        waiting.all -= 1;
        let left = waiting.clients.get(&self.client).map_or(0, |here| here - 1);
        if left == 0 {
            waiting.clients.remove(&self.client);
        } else {
            waiting.clients.insert(self.client.clone(), left);
        }
    }
}

impl Place {
    /// What the peer says first. Nothing is computed before.
    pub(crate) async fn hello(&self, stream: TcpStream) -> io::Result<StartHandshake<TcpStream>> {
        LazyConfigAcceptor::new(Acceptor::default(), stream).await
    }

    /// The TLS handshake after it.
    pub(crate) async fn handshake(
        &self,
        hello: StartHandshake<TcpStream>,
        tls: Arc<ServerConfig>,
    ) -> io::Result<TlsStream<TcpStream>> {
        in_turns(&self.shared.turns, || hello.into_stream(tls)).await
    }
}

/// Does the work a step at a time, each with a turn, and waits for the peer without one: a few peers that stop after their
/// hello would keep everybody out otherwise.
async fn in_turns<W: Future>(turns: &Semaphore, work: impl FnOnce() -> W) -> W::Output {
    // An error would say that the semaphore is closed; nobody closes it.
    let mut turn = turns.acquire().await;
    let mut work = pin!(work());
    loop {
        let step = poll_fn(|context| Poll::Ready(work.as_mut().poll(context))).await;
        drop(turn);
        if let Poll::Ready(done) = step {
            return done;
        }
        woken().await;
        turn = turns.acquire().await;
    }
}

/// Waits until something wakes this task: here what the last step waits for, which has its waker.
async fn woken() {
    let mut slept = false;
    poll_fn(|_| {
        if std::mem::replace(&mut slept, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};

    use tokio::sync::oneshot;

    use super::*;

    fn admission() -> Admission {
        Admission::new(Limits {
            waiting: 5,
            waiting_per_client: 3,
            handshakes: 1,
        })
    }

    #[test]
    fn one_address_has_three_places_and_the_others_have_the_rest() {
        let admission = admission();
        let enter = |address: &str| admission.enter(address.parse().unwrap());
        let mut places: Vec<_> = (0..3).map(|_| enter("2001:db8::1").unwrap()).collect();
        assert!(enter("2001:db8::2").is_none(), "the same /64");
        places.push(enter("2001:db8:0:1::1").unwrap());
        places.push(enter("192.0.2.1").unwrap());
        assert!(enter("192.0.2.2").is_none(), "five in all");
        places.remove(0);
        let again = enter("192.0.2.2").unwrap();
        assert!(enter("192.0.2.3").is_none());
        drop((places, again));
        let left = admission.0.waiting();
        assert_eq!((left.all, left.clients.len()), (0, 0));
    }

    #[test]
    fn work_keeps_no_turn_while_it_waits_for_its_peer() {
        let mut context = Context::from_waker(Waker::noop());
        let turns = Semaphore::new(1);
        let held = turns.try_acquire().unwrap();
        let (say, said) = oneshot::channel();
        let mut shaking = pin!(in_turns(&turns, || said));
        drop(held);
        assert!(shaking.as_mut().poll(&mut context).is_pending());
        assert_eq!(turns.available_permits(), 1, "the peer has the next word");

        let held = turns.try_acquire().unwrap();
        say.send("done").unwrap();
        assert!(shaking.as_mut().poll(&mut context).is_pending(), "no turn");
        drop(held);
        assert_eq!(shaking.as_mut().poll(&mut context), Poll::Ready(Ok("done")));
    }

    #[test]
    fn nothing_is_begun_without_a_turn() {
        let mut context = Context::from_waker(Waker::noop());
        let turns = Semaphore::new(0);
        let begun = std::cell::Cell::new(false);
        let mut shaking = pin!(in_turns(&turns, || {
            begun.set(true);
            std::future::ready(())
        }));
        assert!(shaking.as_mut().poll(&mut context).is_pending());
        assert!(!begun.get());
        turns.add_permits(1);
        assert!(shaking.as_mut().poll(&mut context).is_ready());
        assert!(begun.get());
    }
}
