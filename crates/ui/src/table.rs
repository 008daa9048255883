use leptos::{children::ViewFnOnce, ev, prelude::*};

use crate::{Glyph, Icon};

/// Which way a column is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

/// A table. `head` gives the header cells, the children are `Row`s; below 700 px each row becomes a card.
///
/// The roles repeat what the elements mean: a browser forgets it when a row is laid out as a card.
#[component]
pub fn Table(
    /// Read out as the table's name.
    #[prop(into)]
    caption: Signal<String>,
    #[prop(into)] head: ViewFnOnce,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=caption>
            <table class="table" role="table">
                <caption class="visually-hidden">{caption}</caption>
                <thead role="rowgroup">
                    <tr role="row">{head.run()}</tr>
                </thead>
                <tbody role="rowgroup">{children()}</tbody>
            </table>
        </div>
    }
}

/// A column's name.
#[component]
pub fn HeadCell(#[prop(into)] label: Signal<String>) -> impl IntoView {
    view! { <th scope="col" role="columnheader">{label}</th> }
}

/// A column's name as a link that sorts by it. `href` leads to the same list sorted the next way.
#[component]
pub fn SortCell(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] href: Signal<String>,
    #[prop(optional, into)] sorted: Signal<Option<Direction>>,
) -> impl IntoView {
    let order = move || {
        sorted.get().map(|direction| match direction {
            Direction::Ascending => "ascending",
            Direction::Descending => "descending",
        })
    };
    let arrow = move || {
        sorted.get().map(|direction| {
            let glyph = if direction == Direction::Ascending {
                Glyph::ArrowUp
            } else {
                Glyph::ArrowDown
            };
            view! { <Icon glyph/> }
        })
    };
    view! {
        <th scope="col" role="columnheader" aria-sort=order>
            <a class="table__sort" href=href>
                {label} {arrow}
            </a>
        </th>
    }
}

/// One row.
#[component]
pub fn Row(#[prop(optional, into)] selected: Signal<bool>, children: Children) -> impl IntoView {
    view! {
        <tr role="row" class:table__row--selected=selected>
            {children()}
        </tr>
    }
}

/// One cell; `label` is its column's name, shown when the row is a card.
#[component]
pub fn Cell(
    #[prop(into)] label: Signal<String>,
    /// The cell that names the row.
    #[prop(optional)]
    main: bool,
    /// Figures of equal width.
    #[prop(optional)]
    num: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <td role="cell" class:table__main=main class:num=num data-label=label>
            <div class="table__value">{children()}</div>
        </td>
    }
}

/// Header cell that selects the page's rows.
#[component]
pub fn SelectAllCell(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] checked: Signal<bool>,
    #[prop(into)] on_change: Callback<bool>,
) -> impl IntoView {
    view! {
        <th scope="col" role="columnheader" class="table__select">
            <input type="checkbox" aria-label=label prop:checked=checked on:change:target=move |event| on_change.run(event.target().checked())/>
        </th>
    }
}

/// Cell that selects its row. It carries `name` and `value`, so that a bulk form works without script.
#[component]
pub fn SelectCell(
    #[prop(default = "id")] name: &'static str,
    #[prop(into)] value: String,
    /// The id of the form it belongs to, where that is not around it.
    #[prop(optional)]
    form: Option<&'static str>,
    /// E.g. "Select ITC005056938D22".
    #[prop(into)]
    label: Signal<String>,
    #[prop(optional, into)] checked: Signal<bool>,
    #[prop(optional, into)] on_change: Option<Callback<bool>>,
) -> impl IntoView {
    let changed = move |event: ev::Targeted<ev::Event, web_sys::HtmlInputElement>| {
        if let Some(on_change) = on_change {
            on_change.run(event.target().checked());
        }
    };
    view! {
        <td role="cell" class="table__select">
            <input type="checkbox" name=name value=value form=form aria-label=label prop:checked=checked on:change:target=changed/>
        </td>
    }
}
