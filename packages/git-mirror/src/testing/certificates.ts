import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A server's key and certificate, and the file of the authority that signed it. */
export interface Certificates {
  caFile: string;
  key: string;
  cert: string;
}

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** Makes an authority and a certificate of it for these names and addresses (`DNS:localhost`, `IP:127.0.0.1`), good for a day. */
export async function makeCertificates(folder: string, names: readonly string[]): Promise<Certificates> {
  const file = (name: string): string => path.join(folder, name);
  const openssl = (...args: string[]): Promise<unknown> => run("openssl", args, { cwd: folder });
  await writeFile(
    file("openssl.cnf"),
    `[req]\ndistinguished_name = name\nprompt = no\n[name]\nCN = HiveSync test\n
[authority]\nbasicConstraints = critical, CA:true\nkeyUsage = critical, keyCertSign\nsubjectKeyIdentifier = hash\n
[server]\nbasicConstraints = critical, CA:false\nextendedKeyUsage = serverAuth\nsubjectAltName = ${names.join(", ")}\n`,
  );
  const config = ["-config", "openssl.cnf", "-days", "1"];
  await openssl(
    "req",
    "-x509",
    ...config,
    ...newKey,
    "-extensions",
    "authority",
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
  );
  const server = [...config, ...newKey, "-CA", "ca.pem", "-CAkey", "ca.key", "-extensions", "server"];
  await openssl("req", "-x509", ...server, "-subj", "/CN=server", "-keyout", "server.key", "-out", "server.pem");
  const [key, cert] = await Promise.all([readFile(file("server.key"), "utf8"), readFile(file("server.pem"), "utf8")]);
  return { caFile: file("ca.pem"), key, cert };
}
