// JSON as scenarios need it: numbers keep their text. A number becomes a NumberText.

export class NumberText {
  constructor(text) {
    this.text = text;
  }
}

/** Parses JSON; numbers become NumberText. */
export function parseJson(text) {
  let at = 0;
  const fail = () => {
    throw new Error(`not JSON at offset ${at}`);
  };
  const skip = () => {
    while (at < text.length && ' \t\r\n'.includes(text[at])) ++at;
  };
  const expect = (token, value) => {
    if (!text.startsWith(token, at)) fail();
    at += token.length;
    return value;
  };
  const string = () => {
    const from = at++;
    while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    ++at;
    return JSON.parse(text.slice(from, at));
  };
  const members = (close, read) => {
    ++at;
    skip();
    if (text[at] === close) return void ++at;
    for (;;) {
      read();
      skip();
      if (text[at] === close) return void ++at;
      expect(',');
    }
  };
  const value = () => {
    skip();
    switch (text[at]) {
      case '{': {
        const object = new Map();
        members('}', () => {
          skip();
          const name = string();
          skip();
          expect(':');
          object.set(name, value());
        });
        return object;
      }
      case '[': {
        const list = [];
        members(']', () => list.push(value()));
        return list;
      }
      case '"':
        return string();
      case 't':
        return expect('true', true);
      case 'f':
        return expect('false', false);
      case 'n':
        return expect('null', null);
    }
    const number = /-?\d+(\.\d+)?([eE][-+]?\d+)?/y;
    number.lastIndex = at;
    const match = number.exec(text);
    if (!match) fail();
    at += match[0].length;
    return new NumberText(match[0]);
  };
  const result = value();
  skip();
  if (at !== text.length) fail();
  return result;
}
