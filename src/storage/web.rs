//! Answers of servers: asked with time-outs, given up when nobody wants them any longer, refusals in words.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use ureq::Error;

/// How long a server may take to be reached.
const CONNECT: Duration = Duration::from_secs(10);

/// How often somebody is asked whether to go on.
const PATIENCE: Duration = Duration::from_millis(50);

/// Larger answers are refused.
const LARGEST: u64 = 512 << 20;

/// What is asked of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// `http://host:9090/api/v1/query`.
    pub url: String,
    /// Names and values, sent as a form; none: the page is fetched.
    pub form: Vec<(String, String)>,
    /// How long the whole answer may take.
    pub timeout: Duration,
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// 200, 404.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebError {
    /// Nobody wants it any longer.
    #[error("stopped before the end")]
    Stopped,
    /// The server could not be asked: why, and what to do.
    #[error("{0}")]
    Failed(String),
}

/// Asks a server. `go_on` is heard now and then; when it says no, the answer is no longer waited for.
pub fn ask(asked: &Ask, go_on: &dyn Fn() -> bool) -> Result<Answer, WebError> {
    let (sender, receiver) = channel();
    let work = asked.clone();
    std::thread::spawn(move || {
        // Where nobody listens any longer, the answer is not wanted.
        let _gone = sender.send(answer(&work));
    });
    loop {
        if !go_on() {
            return Err(WebError::Stopped);
        }
        match receiver.recv_timeout(PATIENCE) {
            Ok(answer) => return answer.map_err(|error| WebError::Failed(words(asked, &error))),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(WebError::Failed(format!("{} could not be asked", asked.url)));
            }
        }
    }
}

fn answer(asked: &Ask) -> Result<Answer, Error> {
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(asked.timeout))
        .timeout_connect(Some(CONNECT.min(asked.timeout)))
        .http_status_as_error(false)
        .user_agent(concat!("threat-studio/", env!("CARGO_PKG_VERSION")));
    // A server on this machine is never behind a proxy.
    let config = if is_local(&asked.url) { config.proxy(None) } else { config };
    let agent = config.build().new_agent();
    let mut response = if asked.form.is_empty() {
        agent.get(&asked.url).call()?
    } else {
        let form = asked.form.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        agent.post(&asked.url).send_form(form)?
    };
    let status = response.status().as_u16();
    let body = response.body_mut().with_config().limit(LARGEST).read_to_vec()?;
    Ok(Answer { status, body })
}

fn is_local(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|local| host.starts_with(local))
}

/// What went wrong, and what to do about it.
fn words(asked: &Ask, error: &Error) -> String {
    let at = asked.url.split("/api/").next().unwrap_or(&asked.url);
    match error {
        Error::Io(io) if io.kind() == std::io::ErrorKind::ConnectionRefused => {
            format!("{at} refused the connection: is the server running there?")
        }
        Error::Io(io) if io.kind() == std::io::ErrorKind::TimedOut => out_of_reach(at, asked.timeout),
        Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => out_of_reach(at, asked.timeout),
        Error::Timeout(_) => slow(at, asked.timeout),
        Error::Io(io) if io.to_string().contains("lookup address") => unknown_host(at),
        Error::HostNotFound => unknown_host(at),
        Error::BadUri(_) | Error::Http(_) => {
            format!("{at} is no address of a server (wanted http://host:9090)")
        }
        Error::BodyExceedsLimit(_) => {
            format!("{at} answered with more than {} MB: choose a shorter range", LARGEST >> 20)
        }
        other => format!("{at} could not be asked: {other}"),
    }
}

fn unknown_host(at: &str) -> String {
    format!("{at}: nobody knows a host of that name")
}

fn out_of_reach(at: &str, timeout: Duration) -> String {
    let waited = CONNECT.min(timeout).as_secs();
    format!("{at} could not be reached within {waited} s: check the address, and the way to it")
}

fn slow(at: &str, timeout: Duration) -> String {
    format!("{at} did not answer within {} s: try a shorter range, or look at the server", timeout.as_secs())
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use super::*;

    fn asked(url: String) -> Ask {
        Ask { url, form: Vec::new(), timeout: Duration::from_secs(20) }
    }

    /// A server that answers one request with that text, or with nothing.
    fn server(answer: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            let _read = stream.read(&mut request);
            if answer.is_empty() {
                std::thread::sleep(Duration::from_secs(30));
            }
            let _written = stream.write_all(answer.as_bytes());
        });
        format!("http://{address}/api/v1/query")
    }

    #[test]
    fn what_went_wrong_is_said() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        for (url, expected) in [
            (format!("http://{free}/api/v1/query"), "refused the connection"),
            ("http://no such host/".to_owned(), "no address of a server"),
        ] {
            let error = ask(&asked(url), &|| true).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn a_refusal_is_an_answer_too() {
        let url = server("HTTP/1.1 422 Unprocessable Entity\r\ncontent-length: 4\r\n\r\nwhy?");
        assert_eq!(ask(&asked(url), &|| true), Ok(Answer { status: 422, body: b"why?".to_vec() }));
    }

    #[test]
    fn a_silent_server_is_given_up() {
        let calls = std::cell::Cell::new(0);
        let go_on = || {
            calls.set(calls.get() + 1);
            calls.get() < 3
        };
        assert_eq!(ask(&asked(server("")), &go_on), Err(WebError::Stopped));
        let slow = Ask { timeout: Duration::from_millis(200), ..asked(server("")) };
        let error = ask(&slow, &|| true).unwrap_err().to_string();
        assert!(error.contains("did not answer"), "{error}");
    }
}
