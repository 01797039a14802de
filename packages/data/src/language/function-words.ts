/**
 * Frequent words of languages that share a script, by ISO 639-1 code: articles, pronouns, prepositions, conjunctions. In running text they are
 * a third to a half of all words, so that a few hundred words tell the language.
 */
export const FUNCTION_WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Latn: {
    en: "the and of to is in that it for was with you this have not are be my at what they which how when there i can do does we will if",
    de: "der die und das ist nicht ich ein eine zu mit den auf für sie es von dem sich auch als wir aber wie mein noch nach bei einen sind",
    fr: "le la les et des est un une que je pas pour dans il qui sur ne avec vous ce sont mon du au nous mais plus elle cette par",
    es: "el la los las que y en un una es no por con para del se mi me lo su como más pero está muy al fue qué esta todos",
    pt: "o a os as que e não um uma é do da em para com por se meu minha mais como foi mas no na ao muito são você todos dos",
    it: "il la che di e non un una è per con del della sono mi si ma come più le gli nel anche ho questo lo molto dei al ha",
    nl: "de het een en van ik niet dat is op te in met voor zijn er maar mijn aan ook bij dit wordt heeft naar hij ze heb was wel",
    sv: "och att det som en är jag inte på för med av den till har ett om men var vi kan från så min när alla eller mycket skall",
    da: "og at det er en jeg ikke på for med af den til har et om men var vi kan fra så min når alle eller meget skal mig hvad",
    nb: "og at det er en jeg ikke på for med av den til har et om men var vi kan fra så min når alle eller mye skal meg hva",
    fi: "ja on ei että se hän mutta niin kuin oli ovat kun minä tämä joka myös vain mitä olen sen jos hyvin kaikki tai siitä minun",
    pl: "i w nie na się z do to że jest jak o ale za po mi co od czy są ma dla przez tak już tym był jego który oraz",
    cs: "a se v na je že to s z do o i ale jsem jako by po pro tak jsou které který nebo není má byl jeho při mi co už",
    sk: "a sa v na je že to s z do o aj ale som ako by po pre tak sú ktoré ktorý alebo nie má bol jeho pri mi čo už",
    hu: "a az és hogy nem egy is van ez de csak meg már még volt mint ha vagy el kell nagyon minden vannak én nincs amely sem",
    ro: "și de la în nu cu o un este care pe că mai din pentru să am sunt ce se dar foarte au lui fi această prin sau toate",
    tr: "ve bir bu için çok da de ile ne ben ama daha var gibi olarak mi değil kadar o her sonra en ki hiç olan şey benim ya",
    id: "yang dan di ini itu untuk dengan tidak dari dalam saya ada adalah ke pada akan bisa juga sudah karena atau kami oleh sangat",
    vi: "và của là có không được cho với này trong tôi một những các người đã khi thì ở rất cũng như để đó mọi hay",
    ca: "el la els les que i de no un una és amb per del es al com més però molt està aquest aquesta són meu ho hi dels tots",
    hr: "i je u se na da ne za su što od s sam to kao ali ili ima nije bi iz vrlo sve po već samo njegov koji koje kako",
  },
  Cyrl: {
    ru: "и в не на что с я он это по как но все к у из за от так же мне был они для если или меня есть было очень",
    uk: "і в не на що з я він це по як але до та за від так мені був вони для якщо або мене є було дуже його які всі",
    bg: "и в не на че с аз той това по как но да от за се са си ми беше те ако или ме има е много му които всички",
    sr: "и у не на да с ја он то по како али се од за су је ми био они ако или ме има врло што сам које сви",
  },
  Arab: {
    ar: "في من على أن لا ما هذا إلى عن مع كان هو هذه التي الذي لم كل و قد أو بعد ذلك لكن إن أنا هي كما",
    fa: "و در به از که این را با است برای آن یک خود تا بر هم من نیز شد می ها ما اما هر بود او",
    ur: "کے کی میں ہے اور سے کا کو پر نے یہ کہ ہیں نہیں اس بھی ہو کر تو جو ایک وہ تھا ہم گیا",
  },
  Deva: {
    hi: "के है में की और से का को पर ने यह कि हैं नहीं इस भी हो कर तो जो एक वह था मैं लिए",
    mr: "आणि आहे या मध्ये ची च्या हे ते नाही तो ही एक पण मी होते होता साठी केला आहेत त्या ला असे",
    ne: "र छ को मा यो ले हो पनि लाई छन् गर्न एक भएको का थियो तर मेरो हुन्छ गरेको बाट उनी त्यो",
  },
};
