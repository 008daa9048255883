//! F11: servers that are slow or endless. Time stands still and jumps, so that ten seconds take none.

use tokio::net::TcpStream;
use tokio::time::Instant;

use super::*;

/// A server that does the same with every connection, many at a time, and keeps each open.
struct Crowd {
    port: u16,
    connections: Arc<AtomicUsize>,
    written: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

#[derive(Clone, Copy)]
enum Habit {
    /// Never says a word.
    Silent,
    /// A body of a gibibyte, a byte a second.
    Drips,
    /// A body without end, as fast as it is taken.
    Pours,
}

impl Crowd {
    async fn start(habit: Habit) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (connections, written) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (count, bytes) = (Arc::clone(&connections), Arc::clone(&written));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut open = JoinSet::new();
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                count.fetch_add(1, Ordering::SeqCst);
                open.spawn(behave(socket, habit, Arc::clone(&bytes)));
            }
        });
        Self {
            port,
            connections,
            written,
            _tasks: tasks,
        }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// Until the client hangs up.
async fn behave(mut socket: TcpStream, habit: Habit, written: Arc<AtomicUsize>) {
    let _request = socket.read(&mut [0; 4096]).await;
    let head: &[u8] = match habit {
        Habit::Silent => return std::future::pending().await,
        Habit::Drips => b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n",
        Habit::Pours => b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
    };
    let chunk = [b"10000\r\n".to_vec(), vec![b'x'; 0x10000], b"\r\n".to_vec()].concat();
    let mut next: &[u8] = head;
    while socket.write_all(next).await.is_ok() {
        written.fetch_add(next.len(), Ordering::SeqCst);
        next = match habit {
            Habit::Pours => &chunk,
            Habit::Silent | Habit::Drips => {
                tokio::time::sleep(Duration::from_secs(1)).await;
                b"x"
            }
        };
    }
}

#[tokio::test(start_paused = true)]
async fn f11_a_byte_a_second_ends_after_ten_seconds() {
    let server = Crowd::start(Habit::Drips).await;
    let began = Instant::now();
    let result = get(&plain(), server.url(), &Trust::System).await;
    assert_eq!(result.unwrap_err(), HttpError::Timeout);
    assert_eq!(began.elapsed().as_secs(), TOTAL_TIME.as_secs());
    // A server that is done within its time is heard to the end.
    let quick = Server::start(None, answer("hello")).await;
    assert!(
        get(&plain(), quick.url("http", "127.0.0.1"), &Trust::System)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn f11_of_a_gibibyte_no_more_is_read_than_the_limit() {
    let announced = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n",
        1024 * 1024 * 1024
    );
    let server = Server::start(None, announced).await;
    let result = get(&plain(), server.url("http", "127.0.0.1"), &Trust::System).await;
    assert_eq!(
        result.unwrap_err(),
        HttpError::TooLarge,
        "before the first byte of it"
    );
    let server = Crowd::start(Habit::Pours).await;
    let result = get(&plain(), server.url(), &Trust::System).await;
    assert_eq!(result.unwrap_err(), HttpError::TooLarge);
    // What the two systems hold between them is on its way and not in our memory.
    let written = server.written.load(Ordering::SeqCst);
    assert!(written < 16 * BODY_LIMIT, "{written}");
    let fits = Server::start(None, answer(&"x".repeat(BODY_LIMIT))).await;
    let reply = get(&plain(), fits.url("http", "127.0.0.1"), &Trust::System).await;
    assert_eq!(reply.unwrap().body.len(), BODY_LIMIT);
}

#[tokio::test(start_paused = true)]
async fn f11_a_stalled_server_holds_32_calls_and_nobody_elses() {
    let stalled = Crowd::start(Habit::Silent).await;
    let fine = Server::start(None, answer("hello")).await;
    let http = Arc::new(plain());
    let began = Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..CALLS_PER_TARGET + 8 {
        let (http, url) = (Arc::clone(&http), stalled.url());
        calls.spawn(async move { get(&*http, url, &Trust::System).await });
    }
    while stalled.connections() < CALLS_PER_TARGET {
        tokio::task::yield_now().await;
    }
    for _ in 0..20 {
        let reply = get(&*http, fine.url("http", "127.0.0.1"), &Trust::System).await;
        assert_eq!(reply.unwrap().status, 200);
    }
    assert_eq!(began.elapsed(), Duration::ZERO, "not one of them has waited");
    assert_eq!(stalled.connections(), CALLS_PER_TARGET);
    // Who waits for a place waits no longer than the others.
    while let Some(result) = calls.join_next().await {
        assert_eq!(result.unwrap().unwrap_err(), HttpError::Timeout);
    }
    assert_eq!(began.elapsed().as_secs(), TOTAL_TIME.as_secs());
    assert!(
        get(&*http, fine.url("http", "127.0.0.1"), &Trust::System)
            .await
            .is_ok()
    );
}
