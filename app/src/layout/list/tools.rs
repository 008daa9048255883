//! What stands above the rows: search, filters, columns, export. Plain forms and links, so that they work without script.

use domain::list_choices::SavedView;
use leptos::prelude::*;
use ui::{Button, ButtonKind, Chip, Glyph, Icon, SearchBox, Spacer, Tools};

use super::address::filter_field;
use super::{FilterKind, ListAddress, ListParts, choices};
use crate::texts::{Lists, texts};

pub struct ListTools {
    key: &'static str,
    search: &'static str,
    /// Name, label, how.
    filters: Vec<(&'static str, &'static str, FilterKind)>,
    /// Key, label, whether it is shown, whether it has to be.
    columns: Vec<(&'static str, &'static str, bool, bool)>,
    views: Vec<SavedView>,
    export: Option<String>,
    at: ListAddress,
    path: String,
}

impl ListTools {
    pub fn of<T>(
        parts: &ListParts<T>,
        shown: &[usize],
        at: &ListAddress,
        path: &str,
        views: Vec<SavedView>,
    ) -> Self {
        let of_columns = parts.columns.iter().filter_map(|column| {
            let kind = column.filter.clone()?;
            Some((column.key, column.label, kind))
        });
        let columns = parts
            .columns
            .iter()
            .enumerate()
            .map(|(number, column)| (column.key, column.label, shown.contains(&number), column.main));
        let mut whole = at.from_start();
        (whole.query.per, whole.columns) = (0, Vec::new());
        Self {
            key: parts.key,
            search: parts.search,
            filters: of_columns.chain(parts.filters.iter().cloned()).collect(),
            columns: columns.collect(),
            views,
            export: parts.export.map(|export| whole.href(export)),
            at: at.clone(),
            path: path.to_owned(),
        }
    }

    pub fn view(self) -> AnyView {
        let t = texts::<Lists>();
        let mut kept = self.at.from_start();
        kept.query.search.clear();
        let export = self.export.clone().map(|href| {
            view! {
                <a class="button button--quiet button--small" href=href download="">
                    <Icon glyph=Glyph::Download/>
                    {t.export}
                </a>
            }
        });
        let chips = self.chips();
        view! {
            <Tools>
                <SearchBox id="search" action=self.path.clone() label=self.search value=self.at.query.search.clone() keep=kept.pairs()/>
                {self.filter_form()}
                {chips}
                <Spacer/>
                {self.view_form()}
                {export}
                {self.column_form()}
            </Tools>
        }
        .into_any()
    }

    /// The filters in force, each with the way out.
    fn chips(&self) -> Vec<AnyView> {
        let said = |name: &str, value: &str| -> (String, String) {
            for (key, label, kind) in &self.filters {
                match kind {
                    FilterKind::Choice(choices) if *key == name => {
                        let choice = choices.iter().find(|choice| choice.value == value);
                        let words = choice.map_or(value, |choice| choice.label.as_str());
                        return ((*label).to_owned(), words.to_owned());
                    }
                    FilterKind::Days { from, until } => {
                        if let Some((_, label)) = [from, until].into_iter().find(|(key, _)| *key == name) {
                            return ((*label).to_owned(), value.to_owned());
                        }
                    }
                    _ if *key == name => return ((*label).to_owned(), value.to_owned()),
                    _ => {}
                }
            }
            (name.to_owned(), value.to_owned())
        };
        let filters = self.at.query.filters.iter();
        filters
            .map(|(name, value)| {
                let (label, value) = said(name, value);
                let remove = self.at.without_filter(name).href(&self.path);
                view! { <Chip label value=Signal::stored(value) remove/> }.into_any()
            })
            .collect()
    }

    fn filter_form(&self) -> Option<AnyView> {
        if self.filters.is_empty() {
            return None;
        }
        let t = texts::<Lists>();
        let fields: Vec<AnyView> = self.filters.iter().map(|filter| self.field(filter)).collect();
        let mut kept = self.at.from_start();
        kept.query.filters.clear();
        let none = kept.href(&self.path);
        let form = view! {
            <form class="unfold__panel" method="get" action=self.path.clone()>
                {hidden(&kept.pairs())}
                {fields}
                <div class="acts">
                    <Button kind=ButtonKind::Primary small=true submit=true>{t.apply}</Button>
                    <a class="button button--quiet button--small" href=none>{t.no_filter}</a>
                </div>
            </form>
        };
        Some(drop_down("filters", Glyph::Filter, t.filters, form.into_any()))
    }

    fn field(&self, (name, label, kind): &(&'static str, &'static str, FilterKind)) -> AnyView {
        let value = |name: &str| self.at.query.filters.get(name).cloned().unwrap_or_default();
        let input = |name: &'static str, label: &'static str, kind: &'static str| {
            let id = format!("filter-{name}");
            view! {
                <div class="field">
                    <label for=id.clone()>{label}</label>
                    <input class="input" id=id type=kind name=filter_field(name) value=value(name) maxlength="200" autocomplete="off"/>
                </div>
            }
            .into_any()
        };
        match kind {
            FilterKind::Text => input(name, label, "text"),
            FilterKind::Days { from, until } => {
                let (from, until) = (input(from.0, from.1, "date"), input(until.0, until.1, "date"));
                view! { {from} {until} }.into_any()
            }
            FilterKind::Choice(choices) => {
                let (id, chosen) = (format!("filter-{name}"), value(name));
                let options = choices.iter().map(|choice| {
                    let (value, label) = (choice.value.clone(), choice.label.clone());
                    let selected = value == chosen;
                    view! { <option value=value selected=selected>{label}</option> }
                });
                view! {
                    <div class="field">
                        <label for=id.clone()>{*label}</label>
                        <select class="input select" id=id name=filter_field(name)>
                            <option value="">{texts::<Lists>().any}</option>
                            {options.collect_view()}
                        </select>
                    </div>
                }
                .into_any()
            }
        }
    }

    /// The states of the list that the reader has named.
    fn view_form(&self) -> AnyView {
        let shown = self.columns.iter().filter(|(_, _, shown, _)| *shown);
        let columns = shown.map(|(key, ..)| (*key).to_owned()).collect();
        let panel = choices::views(self.key, &self.views, &self.at, &self.path, columns);
        drop_down("views", Glyph::View, texts::<Lists>().views, panel)
    }

    /// Which columns are shown: kept for the reader, in every browser.
    fn column_form(&self) -> AnyView {
        let t = texts::<Lists>();
        let boxes = self.columns.iter().map(|(key, label, shown, always)| {
            view! {
                <label class="choice">
                    <input type="checkbox" name="column" value=*key checked=*shown disabled=*always/>
                    {*label}
                </label>
            }
        });
        let mut here = self.at.clone();
        here.columns.clear();
        let form = view! {
            <form class="unfold__panel" method="post" action=choices::target(&self.path)>
                <input type="hidden" name="list" value=self.key/>
                <input type="hidden" name="back" value=here.href(&self.path)/>
                <fieldset class="field choices"><legend>{t.columns_shown}</legend>{boxes.collect_view()}</fieldset>
                <div class="acts">
                    <Button kind=ButtonKind::Primary small=true submit=true attr:name="act" attr:value="columns">{t.apply}</Button>
                    <button class="button button--quiet button--small" type="submit" name="act" value="usual">{t.usual_columns}</button>
                </div>
            </form>
        };
        drop_down("columns", Glyph::Columns, t.columns, form.into_any())
    }
}

/// Fields that keep what a form does not change.
pub fn hidden(pairs: &[(String, String)]) -> Vec<AnyView> {
    let field = |(name, value): &(String, String)| {
        view! { <input type="hidden" name=name.clone() value=value.clone()/> }.into_any()
    };
    pairs.iter().map(field).collect()
}

/// Something that is opened below its name, by the browser alone.
fn drop_down(id: &'static str, glyph: Glyph, label: &'static str, panel: AnyView) -> AnyView {
    view! {
        <details class="unfold" id=id>
            <summary class="button button--quiet button--small"><Icon glyph/>{label}</summary>
            {panel}
        </details>
    }
    .into_any()
}

/// `path` with what a list was narrowed to, for another page about the same rows.
pub fn about_these(at: &ListAddress) -> Vec<(String, String)> {
    let mut narrowed = ListAddress::default();
    narrowed.query.search.clone_from(&at.query.search);
    narrowed.query.filters.clone_from(&at.query.filters);
    narrowed.pairs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::list::href;

    #[test]
    fn another_page_about_the_same_rows_hears_of_search_and_filters_alone() {
        let at = ListAddress::read([
            ("q", "ada"),
            ("sort", "email"),
            ("row", "9"),
            ("f.role", "obs-admin"),
        ]);
        assert_eq!(href("/x", &about_these(&at)), "/x?q=ada&f.role=obs-admin");
    }
}
