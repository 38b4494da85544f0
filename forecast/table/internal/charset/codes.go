package charset

import (
	"sync"
	"unicode"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// The letters are the frequent ones of the languages, with those that tables have in their
// headers; the words are names of columns, of months and of cities.

var (
	latin    = []*unicode.RangeTable{unicode.Latin}
	cyrillic = []*unicode.RangeTable{unicode.Cyrillic}
	han      = []*unicode.RangeTable{unicode.Han}
)

const (
	russian = "дата месяц год день квартал продажи выручка сумма цена количество товар магазин город регион значение показатель температура всего итого период " +
		"январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь янв фев мар апр авг сен окт ноя дек руб тыс млн москва дохід ціна кількість місяць рік січень"
	russianLetters = "оеаинтсрвлкмдпуяыьгзбчйхжюці"
	centralLetters = "áčďéěíňóřšťúůýžąćęłńśźżäöüőűßăâîşţ"
	french         = "période année août février décembre données région quantité société déjà été größe märz menge umsätze número año período região mês março preço média mínimo máximo"
)

// codes are the encodings beside UTF-8 and Windows-1252.
var codes = sync.OnceValue(func() []*code {
	return []*code{
		{"GB18030 (Chinese)", simplifiedchinese.GB18030, han, simplified, "", false},
		{"Big5 (Chinese)", traditionalchinese.Big5, han, traditional, "", false},
		{"Shift-JIS (Japanese)", japanese.ShiftJIS, []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana}, kana + kanji, "", false},
		{"EUC-JP (Japanese)", japanese.EUCJP, []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana}, kana + kanji, "", false},
		{"EUC-KR (Korean)", korean.EUCKR, []*unicode.RangeTable{unicode.Hangul}, hangul, "", false},
		{"Windows-1251 (Cyrillic)", charmap.Windows1251, cyrillic, russianLetters, russian, false},
		{"KOI8-R (Cyrillic)", charmap.KOI8R, cyrillic, russianLetters, russian, true},
		{"DOS code page 866 (Cyrillic)", charmap.CodePage866, cyrillic, russianLetters, russian, true},
		{"Windows-1250 (Central European)", charmap.Windows1250, latin, centralLetters,
			"měsíc měsíce částka tržby množství prodejů období září říjen květen únor červen července srpen prosinec leden datum účet zákazník město středa čtvrtek pátek úterý neděle praha plzeň " +
				"sprzedaż ilość wartość miesiąc październik wrzesień sierpień kwiecień grudzień styczeń paź wrz łódź kraków poznań wrocław gdańsk środa piątek przychód " +
				"összeg időszak időpont hőmérséklet mennyiség érték székesfehérvár győr szeptember količina siječanj veljača ožujak travanj lipanj srpanj kolovoz listopad studeni množstvo mesačne tržba jún júl október vânzări preţ lună martie bucureşti iaşi", false},
		{"Windows-1254 (Turkish)", charmap.Windows1254, latin, "çğıöşüâîûiéäß",
			"satış satışlar şube şubat ağustos kasım aralık yıl müşteri değer miktarı sıcaklık fiyatı dönem mayıs şehir alış çarşamba salı sayısı gün ürün", false},
		{"Windows-1257 (Baltic)", charmap.Windows1257, latin, "āčēģīķļņōŗšūžąęėįųõäöü",
			"mėnuo mėnesis gruodis rugpjūtis skaičius vertė kiekis suma mēnesis janvāris februāris jūnijs jūlijs vērtība pārdošana gegužė birželis rugsėjis balandžio aprīlis", false},
		{"Windows-1253 (Greek)", charmap.Windows1253, []*unicode.RangeTable{unicode.Greek}, "αοιετσνηυρπκμλςίόγάέήύώδχθφβ", "ημερομηνία πωλήσεις μήνας έτος ποσό τιμή ποσότητα κατάστημα πόλη ιανουάριος φεβρουάριος", false},
		{"Windows-1255 (Hebrew)", charmap.Windows1255, []*unicode.RangeTable{unicode.Hebrew}, "", "תאריך מכירות חודש שנה סכום מחיר כמות ינואר פברואר", false},
		{"Windows-1256 (Arabic)", charmap.Windows1256, []*unicode.RangeTable{unicode.Arabic}, "", "التاريخ المبيعات الشهر السنة المبلغ السعر الكمية يناير فبراير", false},
		{"Windows-874 (Thai)", charmap.Windows874, []*unicode.RangeTable{unicode.Thai}, "านรกอวเมลยทสดตคงป", "วันที่ เดือน ปี จำนวน ยอดขาย ราคา", false},
		{"Mac OS Roman", charmap.Macintosh, latin, western.common, french, true},
		{"DOS code page 850", charmap.CodePage850, latin, western.common, french, true},
	}
})

const (
	simplified = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严龙飞" +
		"销售额城店订库客户退款季星杭州深圳沈福宁苏湿降雨排放均辆航班旅游门诊"
	traditional = "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也能下過子說產種面而方後多定行學法所民得經十三之進著等部度家電力裡如水化高自二理起小物現實加量都兩體制機當使點從業本去把性好應開它合還因由其些然前外天政四日那社義事平形相全表間樣與關各重新線內數正心反你明看原又麼利比或但質氣第向道命此變條只沒結解問意建月公無系軍很情者最立代想已通並提直題黨程展五果料員位入常文總次品式活設及管特件長求頭基資邊流路級少圖山統接知較將組見計別期運農指幾九區強放西百千萬元銷售額價格店訂單庫客戶退款季星市縣台臺北灣高雄股收盤成交溫濕降雨均值率"
	kana        = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをんがぎぐげござじずぜぞだでどばびぶべぼぱぴぷぺぽっゃゅょアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンガギグゲゴザジズゼゾダデドバビブベボパピプペポッャュョァィゥェォー"
	kanji       = "当実績年月日時分秒曜火水木金土売上高数量額円店舗商品名合計平均気温県市東京都大阪区所在人会社員番号一二三四五六七八九十百千万前後本国第的地方世帯消費支出家調査表統種別項目値指率比降最低風速天予約客件注文顧来場中小学生産業物価総期末始点入力電使用単位備考全部門間取引残度湿圧照射量販在庫回利益費令和平成昭和横浜名古屋札幌福岡広島仙台神奈川埼玉千葉北海道"
	hangul      = "이다는의에가을하고지를한은로사도기인어자리시대해서나정일보수제아부상과그전주만여들스원있위구장으비동성관조고미국경공세연선유무용신마년중소개학오교산회등안물계생발방실행역월분초매출액량금판평균온가격날짜합품목번호점포울광입력온도습강우고객건총당별차요토화목단값율매장명재판체크현황통거래내종류통적설풍속최저최고낮밤천백만억주문결제취반"
)
