//! Words, numbers and signs of a trigger, each with its column.

use super::{Comparison, TriggerError};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Word(String),
    Number(f64),
    Sign(Comparison),
    Dot,
    Comma,
    Open,
    Close,
    OpenList,
    CloseList,
}

impl Token {
    /// How an error message calls it.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Word(word) => format!("\"{word}\""),
            Self::Number(number) => format!("\"{number}\""),
            Self::Sign(sign) => format!("\"{}\"", sign.sign()),
            Self::Dot => "\".\"".to_owned(),
            Self::Comma => "\",\"".to_owned(),
            Self::Open => "\"(\"".to_owned(),
            Self::Close => "\")\"".to_owned(),
            Self::OpenList => "\"[\"".to_owned(),
            Self::CloseList => "\"]\"".to_owned(),
        }
    }
}

/// Tokens with the column where each starts, from 1.
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, TriggerError> {
    let mut found = Vec::new();
    let mut letters = text.chars().enumerate().map(|(at, letter)| (at + 1, letter)).peekable();
    while let Some((column, letter)) = letters.next() {
        let mut take_while = |start: char, wanted: fn(char) -> bool| {
            let mut word = String::from(start);
            while let Some((_, next)) = letters.next_if(|(_, next)| wanted(*next)) {
                word.push(next);
            }
            word
        };
        let token =
            match letter {
                ' ' | '\t' | '\n' => continue,
                'a'..='z' | 'A'..='Z' | '_' => {
                    Token::Word(take_while(letter, |next| next.is_ascii_alphanumeric() || next == '_'))
                }
                '0'..='9' => {
                    let digits = take_while(letter, |next| next.is_ascii_digit() || next == '.');
                    let number = digits.parse();
                    Token::Number(number.map_err(|_| TriggerError {
                        column,
                        message: format!("\"{digits}\" is no number"),
                    })?)
                }
                '<' | '>' | '=' | '!' => {
                    let sign = take_while(letter, |next| next == '=');
                    Token::Sign(Comparison::from_sign(&sign).ok_or_else(|| TriggerError {
                        column,
                        message: format!("\"{sign}\" compares nothing; use ==, !=, <, <=, > or >="),
                    })?)
                }
                '.' => Token::Dot,
                ',' => Token::Comma,
                '(' => Token::Open,
                ')' => Token::Close,
                '[' => Token::OpenList,
                ']' => Token::CloseList,
                other => {
                    return Err(TriggerError { column, message: format!("\"{other}\" has no meaning here") });
                }
            };
        found.push((column, token));
    }
    Ok(found)
}
