/** What a column's name says about the kind of its values. */

/** Whether the name says that values name rows or entities: `id`, `customer_id`, `UserID`, `uuid`. */
export function namesEntity(name: string): boolean {
  const words = nameWords(name);
  const last = words.at(-1) ?? '';
  return /^(id|ids|uid|uuid|guid|key|ssn|iban|vin|email|imei)$/.test(last) || words[0] === 'id';
}

/** Whether the name is one that libraries give to a row counter. */
export function isIndexName(name: string): boolean {
  return /^(index|idx|row|rows|row ?names?|row ?(id|number|num|no)|unnamed:? ?0|column 1)$/.test(
    nameWords(name).join(' '),
  );
}

/** Lower-case words of `customer_id`, `customerId`, `Customer ID`, `CustomerID`. */
function nameWords(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d:]+/)
    .filter((word) => word !== '');
}
