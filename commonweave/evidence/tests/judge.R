# Prints what metafor (and clubSandwich) compute, one number a line: family, data set, key, index, value.
# One call for everything; the data come along, so that nothing of them lies in this repository.
suppressWarnings(suppressMessages({library(metafor); library(metadat); have_cr2 <- requireNamespace("clubSandwich", quietly=TRUE)}))
tell <- function(family, set, key, values) {
  values <- as.numeric(values)
  cat(sprintf("%s\t%s\t%s\t%d\t%.15g\n", family, set, key, seq_along(values), values), sep="")
}
quietly <- function(code) suppressWarnings(suppressMessages(code))
# Asked to converge further than by default, where numbers may be off by some thousandths.
sharp <- list(threshold=1e-9, maxiter=1000, tol=1e-10)

# Data sets that carry effects, or counts, means, correlations by which escalc makes some.
sets <- list()
add <- function(name, yi, vi) {
  keep <- is.finite(yi) & is.finite(vi) & vi > 0
  sets[[name]] <<- list(yi=as.numeric(yi)[keep], vi=as.numeric(vi)[keep])
}
made <- function(name, ...) { e <- quietly(eval(substitute(escalc(...)), parent.frame())); add(name, e$yi, e$vi) }
for (name in c("assink2016", "bangertdrowns2004", "begg1989", "berkey1998", "hackshaw1998", "kalaian1996", "knapp2017",
               "konstantopoulos2011", "michael2013", "raudenbush1985", "riley2003", "tannersmith2016")) {
  d <- get(paste0("dat.", name)); add(name, d$yi, d$vi)
}
made("bcg", measure="RR", ai=tpos, bi=tneg, ci=cpos, di=cneg, data=dat.bcg)
add("baskerville2012", dat.baskerville2012$smd, dat.baskerville2012$se^2)
for (name in c("egger2001", "graves2010", "hahn2001", "laopaiboon2015", "lau1992", "lee2004", "li2007", "linde2005", "nielweise2007", "yusuf1985"))
  for (m in c("OR", "RR")) made(paste0(name, ".", m), measure=m, ai=ai, n1i=n1i, ci=ci, n2i=n2i, data=get(paste0("dat.", name)), drop00=TRUE)
made("hine1989", measure="RD", ai=ai, n1i=n1i, ci=ci, n2i=n2i, data=dat.hine1989)
made("landenberger2005", measure="OR", ai=n.cbt.non, bi=n.cbt.rec, ci=n.ctrl.non, di=n.ctrl.rec, data=dat.landenberger2005)
made("viechtbauer2021", measure="OR", ai=xTi, n1i=nTi, ci=xCi, n2i=nCi, data=dat.viechtbauer2021)
made("vanhowe1999", measure="OR", ai=non.pos, bi=non.neg, ci=cir.pos, di=cir.neg, data=dat.vanhowe1999)
made("damico2009", measure="OR", ai=xt, n1i=nt, ci=xc, n2i=nc, data=dat.damico2009)
made("axfors2021", measure="OR", ai=hcq_arm_event, n1i=hcq_arm_total, ci=control_arm_event, n2i=control_arm_total, data=dat.axfors2021, drop00=TRUE)
made("hartmannboyce2018", measure="RR", ai=x.nrt, n1i=n.nrt, ci=x.ctrl, n2i=n.ctrl, data=dat.hartmannboyce2018, drop00=TRUE)
made("bourassa1996", measure="OR", ai=lh.le, bi=lh.re, ci=rh.le, di=rh.re, data=dat.bourassa1996, drop00=TRUE)
made("bornmann2007", measure="OR", ai=waward, n1i=wtotal, ci=maward, n2i=mtotal, data=dat.bornmann2007)
made("normand1999", measure="SMD", m1i=m1i, sd1i=sd1i, n1i=n1i, m2i=m2i, sd2i=sd2i, n2i=n2i, data=dat.normand1999)
made("normand1999.MD", measure="MD", m1i=m1i, sd1i=sd1i, n1i=n1i, m2i=m2i, sd2i=sd2i, n2i=n2i, data=dat.normand1999)
made("gibson2002", measure="SMD", m1i=m1i, sd1i=sd1i, n1i=n1i, m2i=m2i, sd2i=sd2i, n2i=n2i, data=dat.gibson2002)
made("curtis1998", measure="ROM", m1i=m2i, sd1i=sd2i, n1i=n2i, m2i=m1i, sd2i=sd1i, n2i=n1i, data=dat.curtis1998)
for (name in c("cohen1981", "craft2003", "crede2010", "mcdaniel1994", "molloy2014"))
  made(name, measure="ZCOR", ri=ri, ni=ni, data=get(paste0("dat.", name)))
made("nakagawa2007", measure="ZCOR", ri=Correlation, ni=SampleSize, data=dat.nakagawa2007)
made("white2020", measure="ZCOR", ri=r, ni=n, data=dat.white2020)
made("debruin2009", measure="PLO", xi=xi, mi=mi, data=dat.debruin2009)
made("pritz1997", measure="PLO", xi=xi, ni=ni, data=dat.pritz1997)
made("hannum2020", measure="PLO", xi=xi, ni=ni, data=dat.hannum2020)
made("nielweise2008", measure="IRR", x1i=x1i, t1i=t1i, x2i=x2i, t2i=t2i, data=dat.nielweise2008)
made("hart1999", measure="IRR", x1i=x1i, t1i=t1i, x2i=x2i, t2i=t2i, data=dat.hart1999)
# metafor keeps matrices of k by k: larger sets cost minutes and say nothing new.
sets <- Filter(function(s) length(s$yi) >= 3 && length(s$yi) <= 40, sets)

for (name in names(sets)) {
  s <- sets[[name]]; yi <- s$yi; vi <- s$vi
  tell("data", name, "yi", yi); tell("data", name, "vi", vi)
  for (m in c("EE", "DL", "PM", "ML", "REML")) for (t in c("z", "knha", "adhoc")) {
    r <- try(quietly(rma(yi, vi, method=m, test=t, control=sharp)), silent=TRUE)
    if (inherits(r, "try-error")) next
    p <- predict(r)
    tell("pool", name, paste(m, t, sep="/"),
         c(r$beta, r$se, r$ci.lb, r$ci.ub, r$pval, r$tau2, r$QE, r$QEp, r$I2, r$H2, if (m == "EE") c(NA, NA) else c(p$pi.lb, p$pi.ub)))
    if (length(yi) < 5) next
    e <- if (t == "adhoc" || m == "EE") NULL else try(quietly(regtest(r)), silent=TRUE)
    if (inherits(e, "regtest")) tell("egger", name, paste(m, t, sep="/"), c(e$fit$beta[2], e$zval, e$pval, e$est))
    f <- if (t == "z" && m %in% c("DL", "REML")) try(quietly(trimfill(r, control=sharp)), silent=TRUE) else NULL
    if (inherits(f, "rma")) tell("fill", name, m, c(f$k0, f$side == "right", f$beta, f$se, f$tau2))
  }
  r <- try(quietly(rma(yi, vi, control=sharp)), silent=TRUE)
  if (inherits(r, "try-error")) next
  ci <- try(quietly(confint(r, control=list(tol=1e-13, tau2.max=1e8)))$random, silent=TRUE)
  if (!inherits(ci, "try-error")) tell("interval", name, "REML", c(ci[1, 2:3], ci[3, 2:3], ci[4, 2:3]))
  if (length(yi) >= 5) { e <- regtest(yi, vi, model="lm"); tell("classical", name, "lm", c(coef(e$fit)[2], e$zval, e$pval, e$est)) }
}

# Meta-regression and groups.
moderated <- function(name, yi, vi, x, m, t) {
  r <- quietly(rma(yi, vi, mods=x, method=m, test=t, control=sharp))
  tell("regression", name, paste(m, t, sep="/"), c(r$beta, r$se, r$pval, r$tau2, r$QM, r$QMp, if (is.null(r$R2)) NA else r$R2, r$QE, r$I2))
}
grouped <- function(name, yi, vi, g, m, t) {
  r <- quietly(rma(yi, vi, mods=~0+g, method=m, test=t, control=sharp))
  q <- anova(r, X=cbind(-1, diag(nlevels(g)-1)))
  tell("groups", name, paste(m, t, sep="/"), c(r$beta, r$ci.lb, r$ci.ub, r$tau2, q$QM, q$QMp))
}
b <- escalc(measure="RR", ai=tpos, bi=tneg, ci=cpos, di=cneg, data=dat.bcg)
l <- escalc(measure="OR", ai=n.cbt.non, bi=n.cbt.rec, ci=n.ctrl.non, di=n.ctrl.rec, data=dat.landenberger2005)
d <- dat.bangertdrowns2004
d <- d[is.finite(d$length) & is.finite(d$wic),]
some <- list(
  bcg=list(b$yi, b$vi, cbind(b$ablat, b$year), factor(b$alloc)),
  landenberger2005=list(l$yi, l$vi, cbind(l$age, l$male), factor(l$setting)),
  raudenbush1985=list(dat.raudenbush1985$yi, dat.raudenbush1985$vi, cbind(dat.raudenbush1985$weeks, 0 + (dat.raudenbush1985$setting == "group")), factor(dat.raudenbush1985$tester)),
  bangertdrowns2004=list(d$yi, d$vi, cbind(d$length, d$wic), factor(d$grade)))
for (name in names(some)) {
  s <- some[[name]]; keep <- is.finite(rowSums(s[[3]])) & !is.na(s[[4]]); few <- names(which(table(s[[4]][keep]) < 3))
  keep <- keep & !(s[[4]] %in% few); yi <- as.numeric(s[[1]])[keep]; vi <- as.numeric(s[[2]])[keep]; x <- s[[3]][keep,]; g <- droplevels(s[[4]][keep])
  tell("moderators", name, "yi", yi); tell("moderators", name, "vi", vi); tell("moderators", name, "x1", x[,1]); tell("moderators", name, "x2", x[,2])
  tell("moderators", name, "g", as.integer(g))
  for (m in c("DL", "PM", "ML", "REML")) for (t in c("z", "knha", "adhoc")) { moderated(name, yi, vi, x, m, t); if (nlevels(g) > 1) grouped(name, yi, vi, g, m, t) }
}

# Several effects from one study.
nested <- function(name, yi, vi, cluster, x=NULL) {
  keep <- is.finite(yi) & is.finite(vi) & vi > 0; if (!is.null(x)) keep <- keep & is.finite(x)
  d <- data.frame(yi=as.numeric(yi)[keep], vi=as.numeric(vi)[keep], cluster=as.integer(factor(cluster[keep])))
  d$each <- seq_len(nrow(d)); if (!is.null(x)) d$x <- x[keep]
  r <- quietly(rma.mv(yi, vi, mods=if (is.null(x)) ~1 else ~x, random=~1|cluster/each, data=d, sparse=TRUE))
  tell("nested", name, "yi", d$yi); tell("nested", name, "vi", d$vi); tell("nested", name, "cluster", d$cluster); if (!is.null(x)) tell("nested", name, "x", d$x)
  tell("layers", name, "REML", c(r$beta, r$se, r$sigma2))
  if (have_cr2) { c2 <- robust(r, cluster=d$cluster, clubSandwich=TRUE); tell("cr2", name, "REML", c(c2$se, c2$dfs, c2$ci.lb, c2$ci.ub, c2$pval)) }
}
k <- dat.konstantopoulos2011; nested("konstantopoulos2011", k$yi, k$vi, k$district); nested("konstantopoulos2011.year", k$yi, k$vi, k$district, k$year)
a <- dat.assink2016; nested("assink2016", a$yi, a$vi, a$study); nested("assink2016.published", a$yi, a$vi, a$study, a$pubstatus)
b <- escalc(measure="OR", ai=waward, n1i=wtotal, ci=maward, n2i=mtotal, data=dat.bornmann2007); nested("bornmann2007", b$yi, b$vi, b$study)
b <- escalc(measure="ZCOR", ri=ri, ni=ni, data=dat.crede2010); nested("crede2010", b$yi, b$vi, b$studyid)
k <- dat.knapp2017; nested("knapp2017", k$yi, k$vi, k$study)
t <- dat.tannersmith2016; nested("tannersmith2016", t$yi, t$vi, t$studyid); nested("tannersmith2016.age", t$yi, t$vi, t$studyid, t$aget1)
b <- escalc(measure="ROM", m1i=m2i, sd1i=sd2i, n1i=n2i, m2i=m1i, sd2i=sd1i, n2i=n1i, data=dat.curtis1998); nested("curtis1998", b$yi, b$vi, b$paper)
k <- dat.kalaian1996; nested("kalaian1996", k$yi, k$vi, k$study)

# Effect sizes.
made_of <- function(name, d) { tell("effect", name, "yi", d$yi); tell("effect", name, "vi", d$vi) }
n <- dat.normand1999
tell("means", "normand1999", c("m1", "sd1", "n1", "m2", "sd2", "n2")[rep(1:6, each=nrow(n))], c(n$m1i, n$sd1i, n$n1i, n$m2i, n$sd2i, n$n2i))
made_of("means/normand1999", escalc(measure="SMD", m1i=m1i, sd1i=sd1i, n1i=n1i, m2i=m2i, sd2i=sd2i, n2i=n2i, data=n))
a <- dat.axfors2021; a <- a[a$hcq_arm_event + a$control_arm_event > 0,]
tell("counts", "axfors2021", c("a", "n1", "c", "n2")[rep(1:4, each=nrow(a))], c(a$hcq_arm_event, a$hcq_arm_total, a$control_arm_event, a$control_arm_total))
for (m in c("OR", "RR", "RD")) made_of(paste0("counts/axfors2021/", m), escalc(measure=m, ai=hcq_arm_event, n1i=hcq_arm_total, ci=control_arm_event, n2i=control_arm_total, data=a))
m <- dat.molloy2014; tell("correlations", "molloy2014", c("r", "n")[rep(1:2, each=nrow(m))], c(m$ri, m$ni)); made_of("correlations/molloy2014", escalc(measure="ZCOR", ri=ri, ni=ni, data=m))
w <- data.frame(pre=c(30.6, 23.5, .5, 53.4, 35.6), post=c(38.5, 26.8, .7, 75.9, 36), sd=c(15, 3.1, .1, 14.5, 4.7), n=c(20, 50, 9, 10, 14), r=c(.47, .64, .77, .89, .44))
tell("change", "morris2008", names(w)[rep(1:5, each=5)], unlist(w)); made_of("change/morris2008", escalc(measure="SMCR", m1i=post, m2i=pre, sd1i=sd, ni=n, ri=r, data=w))
