//! Many small changes of many devices as few transactions: what is asked while one is under way is done by the next, all of it
//! at once. Each asker is answered after the commit.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use access::{BoxFuture, Error, Result, Services};
use domain::Company;
use tokio::sync::oneshot;

/// Most questions of one transaction.
const MOST: usize = 500;

/// Answers questions in their order.
type Work<Question, Answer> = fn(Services<Company>, Vec<Question>) -> BoxFuture<'static, Result<Vec<Answer>>>;

/// Does `Question`s together.
pub(crate) struct Together<Question, Answer> {
    waiting: Mutex<Waiting<Question, Answer>>,
    work: Work<Question, Answer>,
}

struct Waiting<Question, Answer> {
    asked: Vec<(Question, oneshot::Sender<Result<Answer>>)>,
    at_work: bool,
}

impl<Question: Send + 'static, Answer: Send + 'static> Together<Question, Answer> {
    pub(crate) fn new(work: Work<Question, Answer>) -> Arc<Self> {
        let (asked, at_work) = (Vec::new(), false);
        Arc::new(Self {
            waiting: Mutex::new(Waiting { asked, at_work }),
            work,
        })
    }

    /// Waits for the answer. It is done also when the asker has gone meanwhile.
    pub(crate) async fn ask(
        self: &Arc<Self>,
        services: &Services<Company>,
        question: Question,
    ) -> Result<Answer> {
        let (answer, answered) = oneshot::channel();
        let idle = {
            let mut waiting = self.waiting();
            waiting.asked.push((question, answer));
            !std::mem::replace(&mut waiting.at_work, true)
        };
        if idle {
            let (together, services) = (Arc::clone(self), services.clone());
            #[expect(
                clippy::disallowed_methods,
                reason = "ends by itself with the last question, and belongs to no asker: whoever begins it may go"
            )]
            tokio::spawn(async move { together.work_off(&services).await });
        }
        answered.await.map_err(Error::internal)?
    }

    async fn work_off(&self, services: &Services<Company>) {
        let _end = End(self);
        while let Some(asked) = self.next() {
            let (questions, askers): (Vec<_>, Vec<_>) = asked.into_iter().unzip();
            let mut answers = (self.work)(services.clone(), questions).await.map(Vec::into_iter);
            for asker in askers {
                let answer = match &mut answers {
                    Ok(answers) => answers
                        .next()
                        .ok_or_else(|| Error::internal("a question without an answer")),
                    Err(error) => Err(Error::internal(format!("nothing of the group was kept: {error}"))),
                };
                // Who has gone does not want it any more.
                let _ = asker.send(answer);
            }
        }
    }

    /// What is asked by now; without anything, the work ends.
    fn next(&self) -> Option<Vec<(Question, oneshot::Sender<Result<Answer>>)>> {
        let mut waiting = self.waiting();
        let now = waiting.asked.len().min(MOST);
        waiting.at_work = now > 0;
        (now > 0).then(|| waiting.asked.drain(..now).collect())
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting<Question, Answer>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An id or other bytes as both engines read them in JSON.
pub(crate) fn hex(bytes: impl AsRef<[u8]>) -> String {
    let bytes = bytes.as_ref();
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}

/// Fails where a statement for `expected` rows has touched another number of them.
pub(crate) fn all_of(expected: usize, touched: u64) -> Result<()> {
    let expected = u64::try_from(expected).unwrap_or(u64::MAX);
    if touched == expected {
        Ok(())
    } else {
        Err(store::Error::RowsAffected { expected, touched }.into())
    }
}

/// Lets the next asker begin the work anew if it has ended in a panic.
struct End<'a, Question, Answer>(&'a Together<Question, Answer>);

impl<Question, Answer> Drop for End<'_, Question, Answer> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut waiting = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.asked.clear();
            waiting.at_work = false;
        }
    }
}
