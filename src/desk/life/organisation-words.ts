/** Kinds of organisations. */
export const KIND_WORDS = {
  zh: {
    charity: '公益组织',
    foundation: '基金会',
    lab: '实验室',
    company: '企业',
    school: '学校',
    other: '其他',
  },
  en: {
    charity: 'Charity',
    foundation: 'Foundation',
    lab: 'Lab',
    company: 'Company',
    school: 'School',
    other: 'Other',
  },
}
