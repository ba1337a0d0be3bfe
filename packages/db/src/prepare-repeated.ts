import type { Sql, TransactionSql } from "postgres";

// As JDBC's driver does (prepareThreshold): what is asked once or twice is not worth a place in each connection's memory.
const preparedAfter = 5;
const mostStatements = 500;
// Beyond stand inserts of many rows, whose text is another with each number of them.
const longestStatement = 2_000;

type Client = Pick<Sql, "unsafe">;

function createRepetitionCounter(): (statement: string) => boolean {
  const counts = new Map<string, number>();
  let prepared = 0;
  return (statement) => {
    const count = counts.get(statement) ?? 0;
    if (count > preparedAfter) return true;
    if (statement.length > longestStatement || prepared >= mostStatements) return false;
    if (counts.size > 2 * mostStatements)
      for (const [known, seen] of counts) if (seen <= preparedAfter) counts.delete(known);
    counts.set(statement, count + 1);
    if (count === preparedAfter) prepared += 1;
    return count === preparedAfter;
  };
}

/**
 * Has a client prepare the statements that come again and again, those in transactions included. Drizzle prepares only what was given a name;
 * anything else it has described by the server each time before it is run, which is two round trips for every one, and planned anew.
 */
export function prepareRepeated(client: Sql): void {
  const isRepeated = createRepetitionCounter();
  const attachTo = (target: Client): void => {
    const unsafe: Client["unsafe"] = target.unsafe.bind(target);
    target.unsafe = ((statement, parameters, options) =>
      options?.prepare === true || !isRepeated(statement)
        ? unsafe(statement, parameters, options)
        : unsafe(statement, parameters, { ...options, prepare: true })) as Client["unsafe"];
  };
  const attachToTransaction = (transaction: TransactionSql): TransactionSql => {
    attachTo(transaction);
    const savepoint = transaction.savepoint.bind(transaction) as (work: (inner: TransactionSql) => unknown) => unknown;
    transaction.savepoint = ((work: (inner: TransactionSql) => unknown) =>
      savepoint((inner) => work(attachToTransaction(inner)))) as TransactionSql["savepoint"];
    return transaction;
  };
  attachTo(client);
  const begin = client.begin.bind(client) as (work: (transaction: TransactionSql) => unknown) => unknown;
  client.begin = ((work: (transaction: TransactionSql) => unknown) =>
    begin((transaction) => work(attachToTransaction(transaction)))) as Sql["begin"];
}
