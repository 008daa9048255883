//! The program as a person or a service manager starts it, against servers on this machine that speak real TLS.

#[cfg(test)]
mod agent;
#[cfg(test)]
mod fleet;
#[cfg(test)]
mod joining;
#[cfg(test)]
mod obs;
#[cfg(test)]
mod onboarding;
#[cfg(test)]
mod program;
#[cfg(test)]
mod ums;
