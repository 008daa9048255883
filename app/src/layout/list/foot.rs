//! The foot of a list: which rows these are, how many there are, and the ways to others.

use domain::page::{Page, Total};
use leptos::prelude::*;
use ui::Pager;

use super::{ListAddress, total_in_words};
use crate::texts::{Lists, texts};

/// Sizes of a page to choose from.
const SIZES: [u16; 5] = [10, 25, 50, 100, 200];

pub struct Foot {
    summary: String,
    previous: Option<String>,
    next: Option<String>,
    sizes: Vec<(u16, String, bool)>,
}

impl Foot {
    pub fn of<T>(page: &Page<T>, at: &ListAddress, path: &str) -> Self {
        let t = texts::<Lists>();
        let shown = u64::try_from(page.rows.len()).unwrap_or(u64::MAX);
        // A place is known by its row, not by its number: the number is what the way here has counted, put right at both ends.
        let before = match (&page.previous, &page.next, page.total) {
            (None, ..) => 0,
            (_, None, Total::Exact(total)) => total.saturating_sub(shown),
            _ => at.before,
        };
        let to = |cursor: &Option<String>, before: u64| {
            let cursor = cursor.clone()?;
            let mut other = at.from_start();
            (other.query.cursor, other.before) = (cursor, before);
            Some(other.href(path))
        };
        let sizes = SIZES.into_iter().map(|size| {
            let mut other = at.from_start();
            other.query.per = size;
            (size, other.href(path), at.query.limit() == size)
        });
        Self {
            summary: format!(
                "{} {} - {} {} {}",
                t.rows,
                before + 1,
                before + shown,
                t.of,
                total_in_words(page.total)
            ),
            previous: to(&page.previous, before.saturating_sub(at.query.limit().into())),
            next: to(&page.next, before + shown),
            sizes: sizes.collect(),
        }
    }

    pub fn view(self) -> AnyView {
        let sizes = self.sizes.into_iter().map(|(size, href, here)| {
            view! { <a class="foot__size" href=href aria-current=here.then_some("true")>{size}</a> }
        });
        let t = texts::<Lists>();
        view! {
            <Pager summary=self.summary previous=self.previous next=self.next>
                <nav class="foot__sizes" aria-label=t.per_page>
                    <span aria-hidden="true">{t.per_page}</span>
                    {sizes.collect_view()}
                </nav>
            </Pager>
        }
        .into_any()
    }
}
