//! What is read off the machine: the cost of a process, and how fast the machine itself is at this moment.

pub mod hashing;
pub mod probe;
pub mod process;
pub mod settled;
