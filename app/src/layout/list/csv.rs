//! The export of a list: RFC 4180 in UTF-8, with the mark that spreadsheets know it by.

use super::Column;

/// The first line: the names of the columns.
pub fn head<T>(columns: &[Column<T>]) -> String {
    let labels = columns.iter().filter(|column| column.is_exported());
    let mut text = String::from('\u{FEFF}');
    line(&mut text, labels.map(|column| column.label.to_owned()));
    text
}

/// A line for each row.
pub fn rows<T>(columns: &[Column<T>], rows: &[T]) -> String {
    let mut text = String::new();
    for row in rows {
        line(&mut text, columns.iter().filter_map(|column| column.export(row)));
    }
    text
}

fn line(text: &mut String, cells: impl Iterator<Item = String>) {
    for (number, cell) in cells.enumerate() {
        if number > 0 {
            text.push(',');
        }
        push(text, &cell);
    }
    text.push_str("\r\n");
}

/// A cell that begins like a formula begins with an apostrophe instead: a spreadsheet would carry it out.
fn push(text: &mut String, cell: &str) {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let quoted = formula || cell.contains([',', '"', '\r', '\n', ';', '\t']);
    if quoted {
        text.push('"');
    }
    if formula {
        text.push('\'');
    }
    if quoted {
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(cell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> String {
        let mut written = String::new();
        push(&mut written, text);
        written
    }

    #[test]
    fn cells_are_quoted_where_they_have_to_be() {
        assert_eq!(cell("Müller"), "Müller");
        assert_eq!(cell("a,b"), "\"a,b\"");
        assert_eq!(cell("say \"hi\"\r\nthere"), "\"say \"\"hi\"\"\r\nthere\"");
        assert_eq!(cell(""), "");
    }

    #[test]
    fn nothing_in_an_export_is_a_formula() {
        for formula in [
            "=cmd|' /C calc'!A0",
            "+1",
            "-1+1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "＝1",
            "=1\",\"=2",
        ] {
            assert!(
                cell(formula).starts_with("\"'"),
                "{formula:?} became {}",
                cell(formula)
            );
        }
        assert_eq!(cell("a=b"), "a=b");
        assert_eq!(cell("=1\",\"=2"), "\"'=1\"\",\"\"=2\"");
    }

    #[test]
    fn a_line_has_the_columns_that_are_data() {
        let columns = [
            Column::new("name", "Name", |row: &(&str, i32)| row.0.to_owned()),
            Column::unexported("act", "Action"),
            Column::new("size", "Size", |row| row.1.to_string()),
        ];
        assert_eq!(head(&columns), "\u{FEFF}Name,Size\r\n");
        assert_eq!(
            rows(&columns, &[("a", 1), ("b,c", -2)]),
            "a,1\r\n\"b,c\",\"'-2\"\r\n"
        );
    }
}
