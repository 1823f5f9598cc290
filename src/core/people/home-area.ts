/** The area code of the utility's place (setting HOME_AREA), by which a number of seven or eight digits is read: one for the whole process, set once. */
export const YINCHUAN = '0951';
/** an area code as it is dialled; 400 and 800 are numbers of their own */
export const AREA_CODE = /^0(?:10|2[0-57-9]|(?![48]00)[3-9]\d{2})$/;

let code = YINCHUAN;

export function homeAreaCode(): string {
  return code;
}
export function setHomeArea(next: string): void {
  code = next;
}
