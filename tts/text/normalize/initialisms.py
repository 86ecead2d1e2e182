"""Known initialisms and acronyms in lower case, by how they are spoken: by their letters, as a word, or as both."""

from __future__ import annotations

_COMPUTING = (
    "adc afk agi aka amd api arp asr aws bgp bmp cdma cdn cgi cli clr cms cnn cors cpu crc crm crt csp css csv cve "
    "cvss dac dbms ddl ddos ddr dhcp dkim dll dlp dma dmz dns dpi dpu drm dsl dslr dsp dst dtd dvi dvr ebpf ecc ecs "
    "efi eks eof eol erp fft fpga fps ftp gcc gcp gdb gdi gdpr glsl gnss gpl gpo gprs gps gpt gpu gsm gtk gtx gui hdd "
    "hdfs hdmi hdr hls hmac hpc hsm htc html http https iaas iam ibm icmp ics ide idl ids iis io ioc ios iot ip ipc "
    "ips irc irq isbn iso isp issn itil jdbc jdk jpa jpg jre js jsx jsp jvm jwt kde kms kpi kvm lcd ldap lfs llc llm "
    "llms lms lru lstm lte lts lvm mbps mbr mcp mcu mdm mdn mfa ml mmu mpi mqtt msi mssql mtls mtu mvc mvp ncurses "
    "nfc nfs nft nfts nlp nlu npc npm npu nsa ntfs ntp nvme obs ocr odbc oem oidc omr oop opc orm osi ota otp pcb pci "
    "pcie pcm pdf pgp php pid pkcs pki png poc psi psu pwa pwm qa qos qps qr rbac rcs rdbms rdf rdp rds rfc rfid rgb "
    "rgba rhel rnn rpc rpg rpi rpm rss rtc rtf rtl rtos rtp rtsp rtt rtx rx sbc sdk sdlc sdn sdr seo sftp sha sku sla "
    "slo smb smp smtp sms snmp soa soc sqs sre ssd ssh ssid ssl sso ssr ssrf svg svm svn tcp tdd tftp tfa tld tls toc "
    "tpm tpu tsv tts tty ttl ui udf udp uefi uid uml upnp uri url usb utc utf uuid uwb ux vba vcs vfs vfx vga vhdl "
    "vhs vm vnc vpc vpn vps vr vtt wcag wep wpa wsl www xhr xhtml xml xmpp xps xsd xslt xss yml"
)
_PUBLIC = (
    "aarp aba aclu adr afl agm apr atf atm aud avp bbva bjp bls bnp boj btc cba cbd cbi cbo cbp ccp cdc ceo cfo cfpb "
    "cfr cia cib cio cme cmo cpa cpi cpo csis cso csr cto dea dhs dmv dnc dni doi doj dol dpp dprk dui dwi ebit ecb "
    "eea eec eeoc eia eib eoc epa eps esg esop etf eth eu eur faa fbi fca fcc fda fdic fdr fec fha fmla fmcg fnma "
    "fomc frb fsa fsb ftc fte gao gbp gdp gmbh gnp gop gsa gst hhs hmrc hmo hoa hq hr hsbc iaea icbm icc icj icrc ied "
    "ifc ifrs ig ilo imf inr ipcc ipo irs isd isds itc itv jfk jpy jv kgb kkk kpmg kyc lbj lbo lgbt lgbtq lgbtqia llp "
    "lng loi lpg mba mbe mep mlk mou mp msnbc msrp mfn nbc ncaa ndp nda ngo nhs nhtsa nih nlrb nlf npr nra nrc nsf "
    "ntsb nypd nyse nyt oecd omb opm osce pbs pca plc plo pmo pow ppp pra psa pta qe rbi rcmp rfp rnc rnli roi rok "
    "sba sdp sec snp spd ssa ssi ssn tsa tpp tva uae uaw ucc ucmj ufw uk un unhcr unfpa usa usaf usd usda usmc usmca "
    "usp uspto usps ussr uscis vat vc vip voa vp wef wpp wto wwf yoy ytd"
)
_SCIENCE = (
    "abg abv acth adhd adp aed agn ama asd asmr atp avm bmi bmr bnp bph bpm bsl cbc cbt cdna ckd cmv cns copd cpk cpr "
    "crp csf ct cvd dka dna dnr dsdna dsm dtp dvt dxa ebv ecg eeg ekg emdr emg emr ems emt ent ercp er esr esrd ett "
    "fev fsh fwhm gcs gfr egfr ggt gmo hbv hcg hcv hdl hiv hplc hpv hrt hsv ibd ibs icd icp icu ifn igg igm iq iud "
    "ivf kub ldh ldl lhc lsd mcv mdd mdma mmr mmse mrcp mri mrna nadh nadph ngs nmr npo nsclc nstemi obgyn ocd ocp "
    "otc pcos pcp pcr pft pkd pku pmdd pms ppe ppi ppm prn ptsd ptt pvc qid qpcr qrs rbc rna rsv sirna sle ssri stemi "
    "sti svt tbi thc tia tid tnf tpn tsh uhf uti uv uva uvb uvc vhf vte wbc xrd xrf hcn kcn koh"
)
_LIFE = (
    "aau abc acc acdc ac afc aol atl bbc bbq bc bce bcs bff blt bmw bmx bnb btec bts bwi byo byob byu cbs cbse ccd "
    "cctv cd cdg cdt cet cfl cst cv dc dds dfw dj diy dmca dnf dob dod dtw dvd dxb eap ecu edm edt eft egot elo esl "
    "esp esq est etd ev ewr fm fyi gcse ged gmt gpa gsw hbcu hbo hdtv hgtv hgv hkg hrh hvac iad ib icao id ifr iou "
    "ipa irl jd jst kfc lax lga lgw lhr lpga lpn lsu lvmh mco md mfa mgm mit mlb mls mma mmo mmorpg mph mpg ms msg "
    "mst mtv nba nfl nhl nj nsfw nyc nyu nz obe oj ok os ot otb pbj pc pdt pfa pga phd phx pj pm pov pr pst pto pvp "
    "qb qvc rca rms rn rsvp rv sf sfo smu snl spf sos suv tba tbd tbs td tko tlc tnt tv ucl ucla ucsd ucsf ufc ufo "
    "unc unlv usc uss uva vcr vfr vhs vw wc wnba wwe wwi ymca ywca yvr yyz xl xxl zz"
)
_CHAT = (
    "afaict afaik brb btw ftw fwiw gg hmu icymi idc idk iirc ikr imho imo jk lmao lmk ngl nvm omg omw otoh rofl smh "
    "tbf tbh tgif tldr tmi ttyl ttys wtf wth ymmv"
)
SPELLED = frozenset(
    f"{_COMPUTING} {_PUBLIC} {_SCIENCE} {_LIFE} {_CHAT} ai als ap ar ba bp bs eg eta gb gbps ghz gi gre hz ie kb kbps "
    "asa cob exe til esa brca khz la lol mb mhz pe ph pos ps rip tb ups".split()
)
"""Spelled in capitals, in any text."""
ALSO_WORDS = frozenset(
    "act ad ada add ads al am cod doe ed el era ira it led ma mia mod or pa pi sat sob us who".split()
)
"""Initialisms in a text of mixed case, words in a line of capitals, unless a neighbour shows the opposite."""
WORDS_FIRST = frozenset(("act", "add", "or"))
"""Of `ALSO_WORDS`, those that are words in any text unless a neighbour shows the initialism."""
PAIRS = frozenset(
    "ah am an as at ax be by do go ha he hi ho if in is me my no of oh on or ox so to uh um up we ye yo ma pa mr ms "
    "dr st jr sr vs".split()
)
"""Words of two letters that may be stressed by capitals. Other pairs of capitals are spelled."""
SPOKEN = frozenset(
    "aids ansi ascap ascii asean asic bafta bios bipoc brics captcha cern covid darpa dreamer ebitda ecmo efta elisa "
    "epcot erisa faang fafsa fema fico fifa fifo fomo gaap gaba gan gatt gerd gif gnome gnu hipaa hud ikea imax isis "
    "json lan laser lasik lidar llama mac mers misc mosfet mrsa nafta nasa nascar nato nimby nist noaa noob norad "
    "nsaid opec osha pac pin posix potus prom radar raid ram rico rom sars scada scotus scsi scuba sids sim sonar "
    "spac swat tafe tanf tiff toefl uefa unesco unicef unix voip wac wasp wic yaml yolo zip".split()
)
"""Always spoken as a word."""
MIXED = {
    "aaa": "triple A", "aaai": "triple A I", "aaas": "triple A S", "afib": "A fib", "amoled": "am O led",
    "cmos": "C moss", "cpap": "C pap", "dram": "D ram", "eeprom": "E E prom", "eprom": "E prom", "gmat": "G mat",
    "icann": "I can", "ieee": "I triple E", "imap": "I map", "jpeg": "jay peg", "jpg": "jay peg", "lsat": "L sat",
    "mcat": "M cat", "mpeg": "em peg", "msdos": "M S doss", "naacp": "N double A C P", "ncaa": "N C double A",
    "nvram": "N V ram", "oled": "O led", "paas": "pass", "qled": "Q led", "saas": "sass", "sdram": "S D ram",
    "sram": "S ram", "unaids": "U N aids", "usaid": "U S aid", "vlan": "V lan", "vram": "V ram", "wlan": "W lan",
    "ddos": "D doss", "qty": "quantity",
    "docx": "dock X", "wwi": "world war one", "wwii": "world war two", "wysiwyg": "wizzy wig",
}  # fmt: skip
"""Spoken partly by letters, partly as a word."""
_PEOPLE = "army navy military marines troops forces soldiers president congress senate citizen citizens government"
_MARKETS = "dollar dollars economy stocks market markets trade tariffs sanctions bank inflation treasury debt exports"
_STAFF = "department manager team professional staff director consultant specialist admin administrator support help"
_TEST = "score scores test tests exam exams prep scoring tutor essay"
_LIT = "bulb bulbs lamp lamps light lights lighting strip strips panel panels fixture fixtures headlights flashlight"
_LETTERS_AFTER = {
    "act": _TEST,
    "ad": "0 1 2 3 4 5 6 7 8 9",
    "add": "medication meds diagnosis symptoms adhd",
    "am": "radio station stations band dial",
    "era": "ratification leader title",
    "ira": "account accounts contribution contributions rollover bombing",
    "ice": "engine engines vehicle vehicles car cars powered",
    "it": f"{_STAFF} security infrastructure industry sector job jobs skills services training systems budget",
    "led": f"{_LIT} tv tvs display displays screen screens monitor backlight indicator indicators matrix array driver",
    "mia": "flag soldiers",
    "or": "nurse nurses staff table suite",
    "pa": "system announcement",
    "sat": _TEST,
    "us": f"{_PEOPLE} {_MARKETS} and embassy border open elections election supreme passport visa officials state",
    "who": "declares director warns report officials chief",
}
_LETTERS_BEFORE = {"add": "has have had with", "it": "an your our their", "or": "an", "us": "the", "who": "the"}
_WORD_AFTER = {"lax": "security rules regulation regulations oversight enforcement attitude"}
_WORD_BEFORE = {
    "ups": "push pull sit grown follow start pick close line warm pin set mark back break touch check dress mix",
    "lax": "too very so more rather",
    "ice": "black on dry the crushed cubed pure thin",
}
Cues = dict[str, frozenset[str]]


def _cues(table: dict[str, str]) -> Cues:
    return {word: frozenset(neighbours.split()) for word, neighbours in table.items()}


LETTERS_AFTER, LETTERS_BEFORE = _cues(_LETTERS_AFTER), _cues(_LETTERS_BEFORE)
"""Words after (before) an initialism that is also a word, which show that its letters are meant."""
WORD_AFTER, WORD_BEFORE = _cues(_WORD_AFTER), _cues(_WORD_BEFORE)
"""Words after (before) capitals that usually are an initialism, which show that the word is meant."""
