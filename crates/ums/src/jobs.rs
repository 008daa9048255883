use access::jobs::Jobs;
use domain::Company;

/// Adds the handlers of this crate. Nothing of the UMS waits in the queue of jobs yet: what it does again and again is in
/// [`crate::background`].
#[must_use]
pub fn jobs(jobs: Jobs<Company>) -> Jobs<Company> {
    jobs
}
