//! Chains, authorities, requests and EST messages, with Debian's `openssl` as the neighbour that nobody here wrote.

#[cfg(test)]
mod authority;
#[cfg(test)]
mod chain;
#[cfg(test)]
mod csr;
#[cfg(test)]
mod est;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod handshake;
#[cfg(test)]
mod verify;
