/** The community (小区) in an address: one reading of it for customers, orders, cases, incidents and the demo. */

/** What a community's name ends with. */
const ENDING =
  /(?:小区|社区|花园|家园|景园|新村|新苑|佳苑|嘉苑|公寓|公馆|人家|丽景|福邸|名邸|官邸|华府|御府|清水湾|东城|康城|新城|世纪城|半岛|华庭|豪庭|雅居|名居|山庄|别墅|万家|骄子|家属院|家属区|苑|园|湾|庭|邸)/u;
/** What stands before it: 宁夏, 银川市, 兴庆区, 贺兰县, a town, a street, a house number on it. `小区` is no district, `城市花园` no city. */
const BEFORE =
  /^.*(?:自治区|宁夏|(?<![小社A-Za-z一二三四五六七八九十]|家属|生活)区|县|(?<!城)市|镇|(?<!新)乡|街道|(?:大街|大道|[街路巷道])(?!小区|社区|家属|花园|新村)|[，,；;（(])/u;
/** Where the buildings begin: 3号楼, 甲5栋, 二期, 12-2-301. */
const BUILDING =
  /[甲乙丙丁A-Za-z]?[0-9０-９]|[东西南北]?[一二三四五六七八九十]+(?:号楼|栋|幢|座|单元|期|区)/u;
const BUILT = /^[甲乙丙丁A-Za-z东西南北]?[0-9０-９一二三四五六七八九十]+(?:号楼|栋|幢|座|单元|期|区|[-－#])/u;
/** the street's own number, which is no building: 解放东街12号 */
const STREET_NUMBER = /(?<=[街路巷道])[0-9０-９]+号(?![楼院])/gu;
const LENGTH = { least: 2, most: 12 };

/** The community in an address: what two callers about one burst have in common. Empty: none is seen in it. */
export function communityOf(address: string): string {
  const whole = address.replace(/\s+/gu, '').replace(STREET_NUMBER, '，');
  const at = BUILDING.exec(whole)?.index ?? whole.length;
  const name = whole.slice(0, at).replace(BEFORE, '');
  // what stands behind the name, 丽景园东门, is no part of it; the ending itself is not the whole name
  const ending = ENDING.exec(name.slice(LENGTH.least));
  const named = ending ? name.slice(0, LENGTH.least + ending.index + ending[0].length) : '';
  if (named !== '' && [...named].length <= LENGTH.most) return named;
  // a name of any other kind, where buildings follow it
  const length = [...name].length;
  return BUILT.test(whole.slice(at)) && length >= LENGTH.least && length <= LENGTH.most ? name : '';
}
