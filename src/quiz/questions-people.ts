import type { Question } from './questions.ts'

/** First aid, accessibility, the elderly, children. */
export const peopleQuestions: readonly Question[] = [
  {
    id: 'call-120',
    text: ['在中国大陆，叫救护车打哪个电话？', 'Which number calls an ambulance in mainland China?'],
    choices: [
      ['110', '110'],
      ['119', '119'],
      ['120', '120'],
      ['12345', '12345'],
    ],
    right: 2,
    because: [
      '120 是医疗急救电话；110 报警，119 报火警，12345 是政务服务热线。',
      '120 is for medical emergencies; 110 calls the police, 119 the fire service, 12345 the city hotline.',
    ],
  },
  {
    id: 'cpr-rate',
    text: ['给成年人做胸外按压，每分钟按多少次？', 'How fast are chest compressions for an adult?'],
    choices: [
      ['每分钟 60 到 80 次', '60 to 80 a minute'],
      ['每分钟 100 到 120 次', '100 to 120 a minute'],
      ['每分钟 150 到 180 次', '150 to 180 a minute'],
    ],
    right: 1,
    because: [
      '每分钟 100 到 120 次、每次回弹完全，最能维持血流。',
      'At 100 to 120 a minute, with full recoil each time, the most blood keeps flowing.',
    ],
  },
  {
    id: 'cpr-depth',
    text: ['给成年人做胸外按压，按多深？', 'How deep are chest compressions for an adult?'],
    choices: [
      ['2 到 3 厘米', '2 to 3 cm'],
      ['5 到 6 厘米', '5 to 6 cm'],
      ['8 到 10 厘米', '8 to 10 cm'],
    ],
    right: 1,
    because: [
      '5 到 6 厘米：太浅推不动血液，太深会伤到人。',
      'Five to six: less moves too little blood, more does harm.',
    ],
  },
  {
    id: 'aed-first',
    text: [
      '自动体外除颤器（AED）拿到了，第一步做什么？',
      'The defibrillator (AED) is here. What comes first?',
    ],
    choices: [
      ['打开电源，照语音提示做', 'Switch it on and follow its voice'],
      ['放在旁边，等医生来用', 'Put it aside until a doctor comes'],
      ['先给患者喝几口温水', 'Give the person some warm water'],
    ],
    right: 0,
    because: [
      'AED 会自己判断要不要电击，并一步步说给你听，普通人也能用。',
      'An AED decides by itself whether to shock and tells every step: anyone can use it.',
    ],
  },
  {
    id: 'burn-water',
    text: ['皮肤被开水烫到，先做什么？', 'Boiling water scalded the skin. What comes first?'],
    choices: [
      ['涂一层牙膏', 'Spread toothpaste on it'],
      ['涂一点酱油', 'Put soy sauce on it'],
      ['用流动的凉水冲 20 分钟左右', 'Cool running water for about 20 minutes'],
      ['马上挑破水泡', 'Open the blisters at once'],
    ],
    right: 2,
    because: [
      '流动的凉水带走热量，伤得更浅；牙膏和酱油会盖住伤口、引起感染。',
      'Cool running water takes the heat away; toothpaste and sauces hide the wound and may infect it.',
    ],
  },
  {
    id: 'nosebleed',
    text: ['流鼻血时，怎样坐最好？', 'How should someone with a nosebleed sit?'],
    choices: [
      ['仰头，用纸塞住鼻孔', 'Head back, paper in the nostril'],
      ['身体前倾，捏住鼻翼', 'Leaning forward, pinching the soft part of the nose'],
      ['躺平，把腿抬高', 'Lying flat, legs raised'],
    ],
    right: 1,
    because: [
      '前倾让血不流进喉咙，捏住鼻翼 10 分钟左右多半能止住。',
      'Leaning forward keeps blood out of the throat; ten minutes of pinching mostly stops it.',
    ],
  },
  {
    id: 'choking',
    text: [
      '成年人被食物噎住，说不出话也咳不出来，怎么办？',
      'An adult chokes on food and can neither speak nor cough. What do you do?',
    ],
    choices: [
      ['给他灌水，把食物冲下去', 'Make them drink to wash it down'],
      ['让他躺下休息', 'Let them lie down and rest'],
      ['拍背和冲击腹部，并叫人打 120', 'Back blows and abdominal thrusts, and have someone call 120'],
    ],
    right: 2,
    because: [
      '拍背和腹部冲击用气流把异物顶出来；灌水会让人更难呼吸。',
      'Back blows and thrusts push the object out with air; water makes breathing harder still.',
    ],
  },
  {
    id: 'stroke-signs',
    text: [
      '有人突然嘴歪、一侧手臂抬不起、说话不清，怎么办？',
      'Suddenly someone’s mouth droops, one arm is weak and speech is slurred. What do you do?',
    ],
    choices: [
      ['马上打 120，记下开始的时间', 'Call 120 at once and note when it began'],
      ['先让他睡一觉看看', 'Let them sleep on it'],
      ['喂一片家里的降压药', 'Give them a blood pressure pill from home'],
    ],
    right: 0,
    because: [
      '这是脑卒中的信号，越早溶栓、取栓，留下的残疾越少。',
      'These are signs of a stroke: the sooner the vessel is opened, the less is lost.',
    ],
  },
  {
    id: 'seizure',
    text: ['旁边的人癫痫发作、全身抽动，怎样帮他？', 'Someone next to you has a seizure. How do you help?'],
    choices: [
      ['往嘴里塞毛巾', 'Put a cloth into the mouth'],
      ['用力按住手脚', 'Hold the arms and legs down'],
      ['移开硬物、垫住头，记下时间', 'Move hard things away, cushion the head, note the time'],
      ['用力掐人中', 'Press hard below the nose'],
    ],
    right: 2,
    because: [
      '塞东西和强按都会伤人；抽动停了让他侧卧，超过 5 分钟打 120。',
      'Stuffing and holding injure; when it stops turn them on the side, and call 120 after five minutes.',
    ],
  },
  {
    id: 'dog-bite',
    text: ['被狗咬破了皮，先做什么？', 'A dog’s bite broke the skin. What comes first?'],
    choices: [
      [
        '用肥皂水和流动清水冲洗约 15 分钟，再去医院',
        'Wash with soap and running water for 15 minutes, then to hospital',
      ],
      ['用纱布紧紧包好，过几天再看', 'Wrap it tightly and see in a few days'],
      ['伤口不深就不用管', 'Nothing, if it is not deep'],
    ],
    right: 0,
    because: [
      '狂犬病一旦发病几乎必死；及时冲洗和接种疫苗可以防住它。',
      'Rabies almost always kills once it shows; washing at once and vaccination prevent it.',
    ],
  },
  {
    id: 'tactile-dots',
    text: ['盲道上的圆点砖表示什么？', 'What do the round dots of tactile paving say?'],
    choices: [
      ['一直往前走', 'Walk straight on'],
      ['注意：转弯、路口或终点', 'Attention: a turn, a crossing or the end'],
      ['这里可以停车', 'Parking allowed'],
    ],
    right: 1,
    because: [
      '条形砖引人直行，圆点砖提醒停下来留意。',
      'Bars lead straight on; dots say stop and take care.',
    ],
  },
  {
    id: 'guide-dog',
    text: ['遇到正在工作的导盲犬，怎样做对？', 'You meet a guide dog at work. What is right?'],
    choices: [
      ['摸摸它的头，夸一夸', 'Pat its head and praise it'],
      ['给它一点零食', 'Give it a treat'],
      ['不抚摸、不喂食、不呼唤', 'Neither touch, feed nor call it'],
    ],
    right: 2,
    because: [
      '分心的导盲犬会让主人陷入危险；想打招呼，先问它的主人。',
      'A distracted guide dog puts its handler at risk; to say hello, ask the handler first.',
    ],
  },
  {
    id: 'accessibility-law',
    text: [
      '《中华人民共和国无障碍环境建设法》哪年起施行？',
      'Since which year is China’s Law on Building an Accessible Environment in force?',
    ],
    choices: [
      ['2008 年', '2008'],
      ['2015 年', '2015'],
      ['2023 年', '2023'],
    ],
    right: 2,
    because: [
      '它自 2023 年 9 月 1 日起施行，残疾人、老年人和所有人都受益。',
      'It came into force on 1 September 2023, for people with disabilities, the elderly and everyone.',
    ],
  },
  {
    id: 'deaf-talk',
    text: ['和读唇语的听障者说话，怎样更好？', 'How do you speak with someone who reads lips?'],
    choices: [
      ['面对着他，用平常的语速说', 'Face them and speak at your usual pace'],
      ['凑到耳边大声喊', 'Shout close to the ear'],
      ['一边走一边转头说', 'Turn your head while walking'],
    ],
    right: 0,
    because: [
      '看得清嘴形、语速自然，最容易读懂；需要时写下来。',
      'A mouth that is seen and speaks naturally is read best; write it down where needed.',
    ],
  },
  {
    id: 'wheelchair-help',
    text: [
      '想帮一位坐轮椅的人过坎，先做什么？',
      'You would like to help a wheelchair user over a step. What comes first?',
    ],
    choices: [
      ['直接从后面推', 'Push from behind'],
      ['问他需不需要、怎样帮', 'Ask whether and how'],
      ['把轮椅抬起来就走', 'Lift the chair and go'],
    ],
    right: 1,
    because: [
      '轮椅像身体的一部分，先问再帮是尊重，也更安全。',
      'A wheelchair is like a part of the body: asking first is respect, and safer.',
    ],
  },
  {
    id: 'alt-text',
    text: ['给网页图片写替代文字，主要帮到谁？', 'Whom does alternative text of pictures help most?'],
    choices: [
      ['用读屏软件的视障者', 'Blind people who use a screen reader'],
      ['用旧手机的人', 'People with old phones'],
      ['网页的设计师', 'The page’s designers'],
    ],
    right: 0,
    because: [
      '读屏软件把替代文字念出来，看不见图的人也知道画了什么。',
      'A screen reader reads it out, so that those who cannot see a picture know what it shows.',
    ],
  },
  {
    id: 'guide-blind',
    text: ['给视障者引路，怎样做好？', 'How do you guide a blind person?'],
    choices: [
      ['拉着他的盲杖走', 'Pull them by the cane'],
      ['从背后推着走', 'Push them from behind'],
      ['让他扶住你的手肘，你走在前半步', 'Let them hold your elbow, half a step ahead of them'],
    ],
    right: 2,
    because: [
      '扶着手肘能感觉到你的起伏和转弯，由他决定快慢。',
      'By your elbow they feel each rise and turn, and set the pace.',
    ],
  },
  {
    id: 'seniors-day',
    text: ['法律规定的老年节是哪一天？', 'Which day is Seniors’ Day by Chinese law?'],
    choices: [
      ['农历正月十五', 'The 15th of the first lunar month'],
      ['农历五月初五', 'The 5th of the fifth lunar month'],
      ['农历九月初九', 'The 9th of the ninth lunar month'],
    ],
    right: 2,
    because: [
      '老年人权益保障法规定，每年农历九月初九（重阳）为老年节。',
      'The law on the rights of the elderly makes the Double Ninth their day.',
    ],
  },
  {
    id: 'senior-age',
    text: ['我国法律说的“老年人”是多少岁以上？', 'From which age is a person elderly by Chinese law?'],
    choices: [
      ['55 周岁', '55'],
      ['60 周岁', '60'],
      ['70 周岁', '70'],
    ],
    right: 1,
    because: [
      '老年人权益保障法第二条：老年人是指六十周岁以上的公民。',
      'Article 2 of the law on the rights of the elderly says sixty.',
    ],
  },
  {
    id: 'elder-fall',
    text: ['看到老人摔倒在地，先做什么？', 'An old person has fallen. What comes first?'],
    choices: [
      ['立刻用力拉起来', 'Pull them up at once'],
      ['先看意识、问伤处，必要时打 120', 'See if they respond, ask what hurts, call 120 if needed'],
      ['先给他揉一揉痛处', 'Rub where it hurts'],
    ],
    right: 1,
    because: [
      '可能有骨折或脊柱伤，急着扶会加重伤情。',
      'There may be a broken bone or a spinal injury, which haste makes worse.',
    ],
  },
  {
    id: 'dementia-sign',
    text: [
      '阿尔茨海默病早期最常见的表现是什么？',
      'What is the most common early sign of Alzheimer’s disease?',
    ],
    choices: [
      ['忘记刚发生的事', 'Forgetting what just happened'],
      ['听不见高音', 'Not hearing high tones'],
      ['突然不能走路', 'Suddenly not being able to walk'],
    ],
    right: 0,
    because: [
      '近期记忆先受影响；反复问同一件事，值得陪他去记忆门诊看看。',
      'Recent memory goes first; asking the same again and again is worth a visit to a memory clinic.',
    ],
  },
  {
    id: 'fraud-96110',
    text: [
      '家里老人接到 96110 打来的电话，应该怎样？',
      'An old relative gets a call from 96110. What is right?',
    ],
    choices: [
      ['是骗子，马上挂断', 'It is a fraud: hang up'],
      ['是推销，不用理会', 'It is an advertisement: ignore it'],
      ['是反诈预警，及时接听', 'It is a fraud warning: take the call'],
    ],
    right: 2,
    because: [
      '96110 是反电信网络诈骗专线，打来说明家里人可能正被骗。',
      '96110 is the anti-fraud line: when it calls, someone may just be being cheated.',
    ],
  },
  {
    id: 'minor-age',
    text: ['我国法律说的“未成年人”是指谁？', 'Who is a minor by Chinese law?'],
    choices: [
      ['未满 14 周岁的人', 'Who is under 14'],
      ['未满 16 周岁的人', 'Who is under 16'],
      ['未满 18 周岁的人', 'Who is under 18'],
    ],
    right: 2,
    because: [
      '未成年人保护法第二条：未成年人是指未满十八周岁的公民。',
      'Article 2 of the law on the protection of minors says eighteen.',
    ],
  },
  {
    id: 'youth-12355',
    text: [
      '青少年遇到烦恼或侵害，可以打哪个青少年服务热线？',
      'Which hotline is for young people in trouble?',
    ],
    choices: [
      ['12306', '12306'],
      ['12355', '12355'],
      ['12315', '12315'],
    ],
    right: 1,
    because: [
      '12355 是青少年服务热线；12306 是铁路，12315 是消费者投诉。',
      '12355 is the youth line; 12306 is the railway, 12315 is for consumers.',
    ],
  },
  {
    id: 'child-seat',
    text: ['带幼儿坐小汽车，怎样最安全？', 'How does a small child travel most safely by car?'],
    choices: [
      ['大人抱着坐副驾驶', 'In an adult’s arms on the front seat'],
      ['坐后排的儿童安全座椅', 'In a child seat in the back'],
      ['系上大人的安全带', 'In an adult’s seat belt'],
    ],
    right: 1,
    because: [
      '急刹时大人抱不住孩子；未成年人保护法也要求监护人配备儿童安全座椅。',
      'No arms hold a child in a crash; the law on minors asks guardians for a child seat too.',
    ],
  },
  {
    id: 'drowning',
    text: ['孩子看到同伴溺水，应该怎样做？', 'A child sees a friend drowning. What should they do?'],
    choices: [
      ['跳下水去救', 'Jump in'],
      ['手拉手下水去救', 'Go in hand in hand'],
      ['大声喊大人，抛漂浮物或递长杆', 'Shout for an adult, throw or reach something that floats'],
    ],
    right: 2,
    because: [
      '下水施救常让更多孩子溺水；喊人、抛物、趴下递杆才是办法。',
      'Going in drowns more children; calling, throwing and reaching from the ground save.',
    ],
  },
  {
    id: 'children-day',
    text: ['联合国的“世界儿童日”是哪一天？', 'When is World Children’s Day of the United Nations?'],
    choices: [
      ['6 月 1 日', '1 June'],
      ['9 月 10 日', '10 September'],
      ['11 月 20 日', '20 November'],
    ],
    right: 2,
    because: [
      '1989 年 11 月 20 日，联合国大会通过了《儿童权利公约》。',
      'On 20 November 1989 the General Assembly adopted the Convention on the Rights of the Child.',
    ],
  },
]
