//! The one door to a transaction: who acts, what they may, and what is written down about it.
//!
//! A use case takes `&Authorized<P>` (somebody signed in who holds `P`), `&Visitor` (nobody signed in; carries the address and
//! the rate limits) or an [`Acting`] (a device, a job, the command line). Only these can begin a transaction, and a change can
//! be committed only together with its audit event.

mod acting;
mod authorized;
mod caller;
mod clock;
mod entropy;
mod error;
mod event;
mod exports;
mod hashing;
pub mod jobs;
pub mod list_choices;
mod passwords;
pub mod priority;
mod rates;
mod seal;
mod services;
pub mod sessions;
pub mod submissions;
mod visitor;

pub use acting::{Acting, Actor, Tx};
pub use authorized::Authorized;
pub use caller::Caller;
pub use clock::{Clock, ManualClock};
pub use entropy::{Entropy, Secret};
pub use error::{Error, Result, ResultExt};
pub use event::Event;
pub use exports::note_export;
pub use passwords::{Passwords, is_common as is_common_password};
pub use rates::{Rate, Rates};
pub use seal::{Seal, SealError};
pub use services::{BoxFuture, Directory, Identity, Services};
pub use sessions::{Session, SessionToken};
pub use visitor::{Client, Visitor};
