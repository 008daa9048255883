use std::io;

use access::priority;
use tokio::runtime::{Builder, Handle, Runtime};

/// The threads that talk with devices, as many as there are processors, at a low priority: thousands of devices that come at once
/// get all that pages leave, and no page waits for them.
pub struct Devices {
    handle: Handle,
    threads: Option<Runtime>,
}

impl Devices {
    pub fn start() -> io::Result<Self> {
        let threads = Builder::new_multi_thread()
            .thread_name("devices")
            .on_thread_start(priority::lower)
            .enable_all()
            .build()?;
        Ok(Self {
            handle: threads.handle().clone(),
            threads: Some(threads),
        })
    }

    pub fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Devices {
    fn drop(&mut self) {
        // A runtime that is simply dropped waits for its threads, which must not happen in another one. Its tasks have ended.
        if let Some(threads) = self.threads.take() {
            threads.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_threads_of_devices_have_a_low_priority() {
        let devices = Devices::start().unwrap();
        let niceness = || rustix::process::getpriority_process(None).unwrap();
        let before = niceness();
        let there = devices.handle().spawn(async move { niceness() });
        assert_eq!(there.await.unwrap(), priority::NICENESS);
        assert_eq!(niceness(), before);
    }
}
