// MDN's HTTP Observatory and csp_evaluator on recorded answers: JSON by site in, JSON by site out.
//
// It runs in the folder that has both in node_modules (tests/oracles/npm.py). Of the Observatory only the functions
// that analyse are called, on what its own retriever would have made of the answers; nothing is fetched.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const OBSERVATORY = path.resolve("node_modules/@mdn/mdn-http-observatory/src");
const ours = (file) => import(pathToFileURL(path.join(OBSERVATORY, file)).href);
const { ALL_TESTS } = await ours("constants.js");
const { Requests } = await ours("types.js");
const { parseHttpEquivHeaders } = await ours("retriever/utils.js");
const require = createRequire(path.join(OBSERVATORY, "index.js"));
const { AxiosHeaders } = require("axios");
const { CookieJar } = require("tough-cookie");
const { CspEvaluator } = require(path.resolve("node_modules/csp_evaluator/dist/evaluator.js"));
const { CspParser } = require(path.resolve("node_modules/csp_evaluator/dist/parser.js"));
const { Type, Severity } = require(path.resolve("node_modules/csp_evaluator/dist/finding.js"));

// Fields that Node keeps the first of, where others are joined by commas (its documentation of message.headers).
const FIRST_ONLY = new Set(["content-length", "content-type", "last-modified", "location", "retry-after", "server"]);

function headersOf(pairs) {
  const found = {};
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    if (key === "set-cookie") (found[key] ??= []).push(value);
    else if (!(key in found)) found[key] = value;
    else if (!FIRST_ONLY.has(key)) found[key] += `, ${value}`;
  }
  return new AxiosHeaders(found);
}

function responseOf(answer) {
  return { status: answer.status, headers: headersOf(answer.headers), data: answer.body, verified: true };
}

function requestsOf(site) {
  const { http, https, cors } = site;
  const last = https.at(-1);
  const requests = new Requests(new URL(https[0].url).hostname);
  const jar = new CookieJar();
  for (const answer of https)
    for (const [name, value] of answer.headers)
      if (name.toLowerCase() === "set-cookie") jar.setCookieSync(value, answer.url, { ignoreError: true });
  const route = (http ?? []).map((answer) => ({ url: new URL(answer.url), status: answer.status }));
  const auto = responseOf(last);
  auto.httpEquiv = parseHttpEquivHeaders(last.body, last.url);
  requests.session = { url: new URL(https[0].url), jar };
  requests.resources.path = last.body;
  Object.assign(requests.responses, {
    auto,
    https: auto,
    http: http ? responseOf(http.at(-1)) : null,
    httpRedirects: route,
    httpsRedirects: route,
    cors: { ...responseOf(cors), request: { headers: { origin: cors.origin } } },
  });
  return requests;
}

function observatory(site) {
  const found = {};
  for (const test of ALL_TESTS) {
    const output = test(requestsOf(site));
    found[output.constructor.name] = [output.pass, output.result];
  }
  return found;
}

function evaluated(site) {
  const policies = site.https.at(-1).headers.filter(([name]) => name.toLowerCase() === "content-security-policy");
  if (policies.length !== 1) return null; // it reads one policy
  const findings = new CspEvaluator(new CspParser(policies[0][1]).csp).evaluate();
  const words = findings.map((each) => `${Severity[each.severity]} ${Type[each.type]} ${each.directive}`);
  return [...new Set(words)].sort();
}

const sites = JSON.parse(readFileSync(0, "utf8"));
const answers = {};
for (const [id, site] of Object.entries(sites))
  answers[id] = { observatory: observatory(site), csp_evaluator: evaluated(site) };
process.stdout.write(JSON.stringify(answers));
